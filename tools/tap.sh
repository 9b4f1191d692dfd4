#!/bin/sh
# tap.sh accepted|refused COMMAND...: one TAP case from an exit code, for a compiler that must
# accept or refuse a file. Refused means 1; a crash is not a refusal.
want=$1
shift
echo 1..1
"$@" >&2
code=$?
case "$want $code" in
"accepted 0" | "refused 1") echo "ok 1 - $want" ;;
*) echo "not ok 1 - to be $want, but it ended with $code" ;;
esac
