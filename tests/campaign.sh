#!/usr/bin/env bash
# Does a site more harm than a test run has time for: damages a database at 200 random places; floods the test site with what
# strangers can do, while somebody who is signed in is served; runs its disk full, which needs root; deletes files under it;
# kills it at every sync of a submission and at random moments, lets each write fail, and checks after each that nothing acknowledged
# was lost and nothing ran twice. Uses the loopback network only. Ends with one line, and with an error where something was violated.
#   tests/campaign.sh              all of it, with 500 random kills
#   tests/campaign.sh 50           all of it, with 50
#   tests/campaign.sh flood room   these steps alone: flood, room, full, files, syncs, writes, kills
#   tests/campaign.sh mutants      puts faults into the densest classes, one by one, and counts those that no test notices
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# At most an hour. The classes are listed in tests/AsyncViews.Mutants/stryker-config.json.
mutants() {
    (cd tests/AsyncViews.Mutants && dotnet tool restore >/dev/null && timeout 60m dotnet stryker --output "$(cd ../.. && pwd)/test-artifacts/mutants")
}
[ "${1:-}" != mutants ] || { mutants; exit; }

command -v strace >/dev/null || { echo "The campaign needs strace: apt-get install strace" >&2; exit 1; }
dotnet build tests/AsyncViews.BrowserTests --nologo -v quiet -clp:NoSummary

# Bytes that are wrong at 200 random places of a database: what they hit is lost, and nothing else.
dotnet build tests/AsyncViews.Tests --nologo -v quiet -clp:NoSummary
ASYNCVIEWS_CORRUPT_PLACES=200 dotnet test tests/AsyncViews.Tests --no-build --filter "FullyQualifiedName~Bytes_ThatAreWrongAnywhere" \
    -- RunConfiguration.TreatNoTestsAsError=true

# Only with all of it, since it takes minutes.
if [ $# -eq 0 ] || { [ $# -eq 1 ] && [[ $1 =~ ^[0-9]+$ ]]; }; then
    tests/campaign-farm.sh
    dotnet build tests/AsyncViews.EntityFrameworkTests --nologo -v quiet -clp:NoSummary
    dotnet tests/AsyncViews.EntityFrameworkTests/bin/Debug/net10.0/AsyncViews.EntityFrameworkTests.dll campaign 10000 200
fi
exec dotnet tests/AsyncViews.BrowserTests/bin/Debug/net10.0/AsyncViews.BrowserTests.dll campaign "$@"
