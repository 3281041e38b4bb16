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
logs=$(mktemp -d)
declare -A running=()
trap 'for run in "${!running[@]}"; do cut_off "$run"; done; rm -rf "$logs"' EXIT
passed=0 failed=0 skipped=0 status=0

cut_off() {
    kill -KILL -- "-$1" 2>/dev/null
    echo "== ${running[$1]} was cut off"
    tail -n 50 "$logs/${running[$1]}.log"
}

start() {
    local project=$1 name
    name=$(basename "$project" .csproj)
    # A test that hangs is named and ends the run: without this, the run would stand until somebody else ends it. It waits for
    # many things in turn, each of which may take two minutes on a busy machine.
    dotnet test "$project" --no-build --nologo --filter "Suite!=Judges" \
        --blame-hang-timeout 45m --blame-hang-dump-type none --results-directory "$logs/$name" >"$logs/$name.log" 2>&1 &
    running[$!]=$name
    echo "-- $name begins"
}

wait_for_one() {
    local run name summary
    wait -n -p run "${!running[@]}" || status=1
    kill -KILL -- "-$run" 2>/dev/null
    name=${running[$run]}
    unset "running[$run]"
    echo "== $name"
    cat "$logs/$name.log"

    # The runner's summary: Failed: 0, Passed: 12, Skipped: 0, Total: 12
    summary=$(grep -E 'Failed: +[0-9]+, Passed: +[0-9]+' "$logs/$name.log" | tail -n 1)
    [ -n "$summary" ] || { echo "$name did not run to its end." >&2; status=1; failed=$((failed + 1)); return; }
    count() { sed -E "s/.*$1: +([0-9]+).*/\1/" <<<"$summary"; }
    passed=$((passed + $(count Passed))) failed=$((failed + $(count Failed))) skipped=$((skipped + $(count Skipped)))
}

# Two at a time, since tests wait more than they compute. The longest suite begins first.
for project in tests/AsyncViews.Tests/*.csproj $(ls tests/*Tests/*.csproj | grep -v AsyncViews.Tests/); do
    [ "${#running[@]}" -lt 2 ] || wait_for_one
    start "$project"
done
while [ "${#running[@]}" -gt 0 ]; do wait_for_one; done

if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && exit "$status"
exit 1
