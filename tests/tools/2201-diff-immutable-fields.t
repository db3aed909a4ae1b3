#!/bin/sh
# The table of immutable fields against the API server, field by field: each
# field of objects that have many is changed, or left out, one at a time.
. "${0%/*}/../lib.sh"

need_tool jq
need_cluster
new_namespace
sed "s/\"NS\"/\"$NS\"/g; s/NS-/$NS-/g" "$T_TOP/tests/data/immutable-rich.jsonl" >base
kubectl apply --server-side --field-manager=poundlock -f base >log 2>err
is 'the objects are there' "$(wc -l <base)" "$(grep -c serverside-applied log)"

# The inside of a Pod template is changed in Jobs and in Pods only, where it
# matters.  Kubernetes 1.36 panics at an indexed Job that loses its completions.
jq -c '. as $o | paths | . as $p
    | select(($p | length) > 1 and $p[0] != "metadata")
    | select(($p | length) < 5 or ($o.kind | IN("Job", "Pod")))
    | ($o | getpath($p)) as $v
    | (({change: "\($p | map(tostring) | join(".")) left out",
	    object: ($o | delpaths([$p]))}),
	(if ($v | type) == "string" then $v + "x"
	elif ($v | type) == "number" then $v + 1
	elif ($v | type) == "boolean" then $v | not
	else empty end) as $new
	| {change: "\($p | map(tostring) | join(".")) = \($new)",
	    object: ($o | setpath($p; $new))})
    | select(.change != "spec.completions left out" or .object.kind != "Job")
    | {type: "object"} + .' base >changed

# What the server would not take in a new object either is of no interest.
verdicts() {
	jq -r 'select(.change) | "\(.object.kind)/\(.object.metadata.name) \(
	    .change): \(.diff.action // "refused" | sub("none"; "update"))"' out
}

run diff-immutable <changed
verdicts >online
run diff-immutable --offline --old base <changed
verdicts >offline

paste online offline | grep -v ': refused	' >both
ok 'many changes could be judged' [ "$(wc -l <both)" -gt 500 ]
cut -f1 both >want
cut -f2 both >got
same 'the table knows which of them need a new object' want got

jq -r 'select(.metadata.namespace | not)
    | "\(.kind).\(.apiVersion | split("/") | if length > 1 then .[1] + "." + .[0] else .[0] + "." end) \(.metadata.name)"' base |
    while read -r kind name; do
	kubectl delete --wait=false "$kind" "$name" >/dev/null
done
done_testing
