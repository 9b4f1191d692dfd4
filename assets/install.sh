#!/bin/sh
# install.sh NPM SOURCE TARGET STAMP [dev]: the locked packages into TARGET/node_modules, without
# running anything that they bring. With dev also what only tests need.
set -eu
npm=$1 source=$2 target=$3 stamp=$4
mkdir -p "$target"
cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$target/"
omit=--omit=dev
[ "${5-}" = dev ] && omit=--include=dev
(cd "$target" && "$npm" ci --ignore-scripts "$omit" --loglevel=error) >"$target/npm.log" 2>&1 || {
    cat "$target/npm.log" >&2
    echo "npm could not install the packages of assets/package-lock.json into $target" >&2
    exit 1
}
date >"$stamp"
