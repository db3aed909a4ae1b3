#!/bin/sh
# diff-immutable and apply: of a large stream the objects are read again from
# their text when their turn comes; nothing but memory may tell the difference.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl
need_cluster
new_namespace

# More text than is held as values goes before the objects.
large() {
	jq -nc '{type: "note", text: ("x" * 400000)}'
	cat
}
# More objects than are started at a time.
configs() { # configs VALUE
	jq -nc --arg v "$1" 'range(300) | {apiVersion: "v1", kind: "ConfigMap",
	    metadata: {name: "many-\(.)"}, data: {a: $v}}'
}
count() { jq -r "select(.type == \"object\").$1" out | sort | uniq -c | xargs; }
spec='{"force":true,"prune":true,"timeout":"1m"}'

{ configs 1 && job j a:1 && job gone a:1; } |
    stage "$NS/app" "$spec" | large >in
status 'a large stream' 1 diff-immutable <in
is 'is new' '302 create' "$(count diff.action)"
mv out plan
status 'it is written' 0 apply <plan
is 'all of it' '302 created' "$(count apply.action)"
is 'with its fields' 1 "$(kc get configmap many-299 -o 'jsonpath={.data.a}')"
is 'and its label' 300 "$(kc get configmap -o name \
    -l applyset.kubernetes.io/part-of | grep -c many-)"
status 'nothing has changed' 0 diff-immutable <in
mv out plan
status 'so a plan that was kept' 0 apply <plan
is 'does nothing' '302 unchanged' "$(count apply.action)"
jq -c 'select(.type == "object") | .object' in >want
jq -c 'select(.type == "object") | .object' out >got
same 'every object leaves as it came' want got
is 'and so does what is none' 400000 \
    "$(jq -r 'select(.type == "note").text | length' out)"

{ configs 2 && job j a:2; } |
    stage "$NS/app" "$spec" | large >in
old=$(uid job/j)
status 'a change' 1 diff-immutable <in
is 'of all' '1 recreate 300 update' "$(count diff.action)"
mv out plan
kc patch configmap many-7 -p '{"data":{"a":"other"}}' >/dev/null
status 'what changed since the plan was made' 4 apply <plan
is 'keeps all from being written' '300 skipped' \
    "$(jq 'select(.error | not)' out >ok && mv ok out && count apply.action)"
is 'none was' 1 "$(kc get configmap many-8 -o 'jsonpath={.data.a}')"
run diff-immutable <in
mv out plan
status 'a new plan is carried out' 0 apply <plan
is 'whole' '300 configured 1 recreated' "$(count apply.action)"
ok 'the Job is another' [ "$old" != "$(uid job/j)" ]
mv out after
status 'then pruning' 0 apply --prune <after
is 'deletes what is gone' 'Job/gone:deleted' \
    "$(jq -c 'select(.apply.action == "deleted")' out >gone &&
	mv gone out && actions out)"
status 'and it can be taken out' 0 apply --delete <in
is 'all of it' '' "$(kc get configmap,job -o name |
    grep -v kube-root-ca.crt)"

done_testing
