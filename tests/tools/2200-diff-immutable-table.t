#!/bin/sh
# The table of immutable fields against the API server: for objects of fifty
# kinds, each with changes to its fields, both must say which change needs a
# new object.
. "${0%/*}/../lib.sh"

need_tool jq
need_cluster
new_namespace
sed "s/\"NS\"/\"$NS\"/g; s/NS-/$NS-/g" "$T_TOP/tests/data/immutable.jsonl" >cases
jq -c .object cases >base
status 'objects of fifty kinds' 0 \
    kubectl apply --server-side --field-manager=poundlock -f base
jq -c '.object as $o | .changes[] | . as [$p, $v]
    | ($p | ltrimstr("/") | split("/")
	| map(if test("^[0-9]+$") then tonumber else . end)) as $path
    | {type: "object", change: "\($p) = \($v)",
	object: (if $v == null then $o | delpaths([$path])
	    else $o | setpath($path; $v) end)}' cases >changed

# What the defaults of all fields are, the table does not know.
verdicts() {
	jq -r 'select(.change) | "\(.object.kind)/\(.object.metadata.name) \(
	    .change): \(.diff.action // .error.message
	    | sub("none"; "update"))"' out
}

run diff-immutable <changed
ok 'every change is judged by the server' [ "$rc" -eq 1 ]
verdicts >online
run diff-immutable --offline --old base <changed
ok 'and by the table' [ "$rc" -eq 1 ]
verdicts >offline
ok 'many need a new object' [ "$(grep -c 'recreate$' online)" -ge 100 ]
ok 'more do not' [ "$(grep -c 'update$' online)" -ge 135 ]
same 'the table knows which' online offline

jq -r 'select(.object.metadata.namespace | not)
    | "\(.object.kind) \(.object.metadata.name)"' cases |
    while read -r kind name; do
	kubectl delete --wait=false "$kind" "$name" >/dev/null
done
done_testing
