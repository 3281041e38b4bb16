#!/usr/bin/env bash
# Restarts and kills the nodes of a farm under load, in turn and 40 times, or as often as the argument says, and checks that
# nothing acknowledged was lost and nothing ran twice. Ends the connections of a node after each statement of a call, and
# checks that the call was done whole or not at all. Uses the loopback network only.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

dotnet build tests/AsyncViews.ClusterTests --nologo -v quiet -clp:NoSummary
ASYNCVIEWS_FARM_ROUNDS="${1:-40}" ASYNCVIEWS_EVERY_STATEMENT=1 dotnet test tests/AsyncViews.ClusterTests --no-build --nologo \
    --filter "FullyQualifiedName~RestartOfAllNodes_UnderLoad|FullyQualifiedName~Kill_BetweenAnyTwoStatements" \
    -- RunConfiguration.TreatNoTestsAsError=true
