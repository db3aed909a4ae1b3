#!/bin/sh
# render against kustomize's own end-to-end cases, where these are beside the
# tree: they are kustomize's, and not shipped.  $KRUSTY is the folder of the
# program `run`, which holds a work-alike against them.
# The cases come from kustomize's test program, which calls itself "(test)".
. "${0%/*}/../lib.sh"
krusty=${KRUSTY:-$T_TOP/../shared/krusty}
[ -x "$krusty/run" ] || skip_all "no cases of kustomize's own in $krusty"
need_tool python3 render

render=$(command -v render)
POUNDLOCK_KUSTOMIZE_VERSION='(test)'
export POUNDLOCK_KUSTOMIZE_VERSION
"$krusty/run" "$render" >cases
awk '$1 == "FAIL" { print $2 }' cases >failed
is 'none failed' '' "$(cat failed)"
like 'there are many' '^[0-9]{3} passed, 0 failed$' cases
while read -r case; do # the first one says how
	"$krusty/run" "$render" -v -k "$case" | head -n 40 | sed 's/^/# /'
	break
done <failed
printf '# %s\n' "$(tail -n 1 cases)"
done_testing
