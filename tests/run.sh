#!/usr/bin/env bash
# Installs what the tests need, builds, checks the format and runs every test but those of tests/judges.sh. Ends with one
# line: N passed, N failed.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

. tests/require.sh

command -v dotnet >/dev/null || { echo "The .NET 10 SDK is missing: see https://dotnet.microsoft.com/download" >&2; exit 1; }
require chromium chromium
require chromium-headless-shell chromium-headless-shell
require strace strace
require curl curl
# In a folder of its version, on nobody's path. There may be several.
for postgres in /usr/lib/postgresql/*/bin/postgres; do :; done
require "$postgres" postgresql
require node nodejs
require npm npm

# The HTTP clients that the samples of docs/scripts.md use.
restore tests/AsyncViews.Tests/Scripts

dotnet build AsyncViews.sln --nologo -v quiet -clp:NoSummary || exit 1
# The build has checked the style already (IDE0055 and the rest are errors), and the whole of dotnet format takes a minute more.
dotnet format whitespace AsyncViews.sln --verify-no-changes --no-restore || { echo "Run 'dotnet format' and commit what it changes." >&2; exit 1; }

# Most processes of the tests live for seconds. Compiling their code a second and third time would take a fifth of the run.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=1000

# So that each test run has a process group of its own, which ends with it.
set -m
log=$(mktemp)
run=
trap '[ -z "$run" ] || kill -KILL -- "-$run" 2>/dev/null; rm -rf "$log" "$log.d"' EXIT
passed=0 failed=0 skipped=0 status=0
for project in tests/*Tests/*.csproj; do
    echo "== $(basename "$project" .csproj)"
    # A test that hangs is named and ends the run: without this, the run would stand until somebody else ends it. It waits for
    # many things in turn, each of which may take two minutes on a busy machine.
    dotnet test "$project" --no-build --nologo --filter "Suite!=Judges" \
        --blame-hang-timeout 45m --blame-hang-dump-type none --results-directory "$log.d" >"$log" 2>&1 &
    run=$!
    tail --pid="$run" -n +1 -f "$log"
    wait "$run" || status=1
    kill -KILL -- "-$run" 2>/dev/null

    # The runner's summary: Failed: 0, Passed: 12, Skipped: 0, Total: 12
    summary=$(grep -E 'Failed: +[0-9]+, Passed: +[0-9]+' "$log" | tail -n 1)
    [ -n "$summary" ] || { echo "$project did not run to its end." >&2; status=1; failed=$((failed + 1)); continue; }
    count() { sed -E "s/.*$1: +([0-9]+).*/\1/" <<<"$summary"; }
    passed=$((passed + $(count Passed))) failed=$((failed + $(count Failed))) skipped=$((skipped + $(count Skipped)))
done

if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && exit "$status"
exit 1
