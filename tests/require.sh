# For the scripts beside it: installs the Debian package of a command that is missing, or says which it is.
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

# Fetches the npm packages of a folder, in the versions of its lock file. Their install scripts are not run.
restore() {
    local folder=$1
    [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund) && touch "$folder/node_modules/.package-lock.json" && return
    echo "The npm packages of $folder could not be fetched: run 'npm ci --ignore-scripts' there where there is a registry." >&2
    exit 1
}
