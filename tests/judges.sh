#!/usr/bin/env bash
# Makes the sample site of packages, repeats its browser checks on that, and edits a page of it while it runs. Then leads
# Firefox to a page in each state. Leads a browser to every page of the library and the sample in every state, and has
# html-validate and the Nu checker judge the markup of each. Has axe judge the sample's pages, all pages without script, and
# the library's pages in the default template and on a page without any style. (What axe finds on the library's pages with
# script is a part of tests/run.sh.) Installs what is missing. Takes about fifteen minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

. tests/require.sh
require chromium chromium
require chromium-headless-shell chromium-headless-shell
require node nodejs
require npm npm
require java default-jre-headless
require firefox-esr firefox-esr

# The judges of the markup, and the driver of Firefox. Their install scripts would only look for a Java.
restore tests/AsyncViews.BrowserTests/Judges

dotnet build tests/AsyncViews.BrowserTests --nologo -v quiet -clp:NoSummary
dotnet build tests/AsyncViews.PackageTests --nologo -v quiet -clp:NoSummary
dotnet test tests/AsyncViews.PackageTests --no-build --nologo --filter "Suite=Judges" -- RunConfiguration.TreatNoTestsAsError=true
exec dotnet test tests/AsyncViews.BrowserTests --no-build --nologo --filter "Suite=Judges" -- RunConfiguration.TreatNoTestsAsError=true
