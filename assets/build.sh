#!/bin/sh
# build.sh NODE SOURCE MODULES OUT STAMP: builds the assets and says so in STAMP.
set -eu
"$1" "$2/build.mjs" "$2" "$3" "$4"
cp "$4/manifest" "$5"
