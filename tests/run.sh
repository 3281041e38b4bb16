#!/usr/bin/env bash
# Installs what the tests need, builds, checks the format and runs every test. Ends with one line: N passed, N failed.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

require() {
    local command=$1 package=$2
    command -v "$command" >/dev/null && return
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null && return
    fi
    echo "The tests need '$command': install the Debian package '$package' (apt-get install $package)." >&2
    exit 1
}

command -v dotnet >/dev/null || { echo "The .NET 10 SDK is missing: see https://dotnet.microsoft.com/download" >&2; exit 1; }
require chromium chromium
require strace strace
require node nodejs
require npm npm
require java default-jre-headless

# The judges of the markup, of the versions that the lock file names. Their install scripts would only look for a Java.
judges=tests/AsyncViews.BrowserTests/Judges
if [ ! "$judges/node_modules/.package-lock.json" -nt "$judges/package-lock.json" ]; then
    (cd "$judges" && npm ci --ignore-scripts --no-audit --no-fund) && touch "$judges/node_modules/.package-lock.json" || {
        echo "The tests need html-validate and vnu-jar, which npm could not fetch: run 'npm ci --ignore-scripts' in $judges where there is a registry." >&2
        exit 1
    }
fi

dotnet build AsyncViews.sln --nologo -v quiet -clp:NoSummary || exit 1
dotnet format AsyncViews.sln --verify-no-changes --no-restore || { echo "Run 'dotnet format' and commit what it changes." >&2; exit 1; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0 status=0
for project in tests/*Tests/*.csproj; do
    echo "== $(basename "$project" .csproj)"
    dotnet test "$project" --no-build --nologo 2>&1 | tee "$log"
    [ "${PIPESTATUS[0]}" -eq 0 ] || status=1

    # The runner's summary: Failed: 0, Passed: 12, Skipped: 0, Total: 12
    summary=$(grep -E 'Failed: +[0-9]+, Passed: +[0-9]+' "$log" | tail -n 1)
    [ -n "$summary" ] || { echo "$project ran no test." >&2; status=1; failed=$((failed + 1)); continue; }
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
