#!/bin/sh
# apply: objects come into the cluster, are left alone when nothing changed, and
# are made anew only where that is allowed.
. "${0%/*}/../lib.sh"
need_tool jq kubectl
need_cluster
common_checks apply

new_namespace

# stage SPEC: a stream of the objects on standard input, one a line.
stage() {
	printf '{"type":"begin","tool":"test","stream":1}\n'
	printf '{"type":"stage","stage":"%s/app","after":[],"spec":%s}\n' \
	    "$NS" "$1"
	jq -c --arg s "$NS/app" '{type: "object", stage: $s, object: .}'
	printf '{"type":"end","tool":"test"}\n'
}

job() {
	printf '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},'
	printf '"spec":{"template":{"spec":{"restartPolicy":"Never",'
	printf '"containers":[{"name":"c","image":"%s"}]}}}}\n' "$1"
}

config() {
	printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":'
	printf '{"name":"c"},"data":{"a":"%s"}}\n' "$1"
}

uid() { kc get "$1" -o 'jsonpath={.metadata.uid}'; }

{ config 1 && job a:1; } | stage '{"timeout":"1m"}' >in
status 'objects are created' 0 apply <in
json 'each says so' '"created"
"created"' 'select(.type == "object").apply.action' out
like 'and so does a line for people' \
    "^apply: Job/$NS/j: created$" err
is 'records pass in order, framed' \
    'begin begin stage object object end end' "$(jq -r .type out | xargs)"
is 'the uid is the object'"'"'s' "$(uid job/j)" \
    "$(jq -r 'select(.object.kind == "Job").apply.uid' out)"
is 'the inventory lists their kinds' ConfigMap,Job.batch \
    "$(kc get configmap poundlock-app -o jsonpath='{.metadata.annotations.applyset\.kubernetes\.io/contains-group-kinds}')"
is 'and its members carry its id' \
    "$(kc get configmap poundlock-app -o jsonpath='{.metadata.labels.applyset\.kubernetes\.io/id}')" \
    "$(kc get job j -o jsonpath='{.metadata.labels.applyset\.kubernetes\.io/part-of}')"

before=$(kc get configmap c poundlock-app -o jsonpath='{.items[*].metadata.resourceVersion}')
old=$(uid job/j)
status 'again, nothing changes' 0 apply <in
json 'as it says' '"unchanged"
"unchanged"' 'select(.type == "object").apply.action' out
ok 'and nobody is bothered' [ ! -s err ]
is 'nothing was written' "$before" \
    "$(kc get configmap c poundlock-app -o jsonpath='{.items[*].metadata.resourceVersion}')"

{ config 2 && job a:2; } | stage '{"timeout":"1m"}' >in
status 'an immutable field without leave is refused' 4 apply <in
json 'the record says why' '"Immutable"' \
    'select(.object.kind == "Job").error.reason' out
is 'the Job lives on' "$old" "$(uid job/j)"

{ config 2 && job a:2; } | stage '{"timeout":"1m","force":true}' >in
status 'with leave of the stage' 0 apply <in
json 'it is made anew' '"recreated"' \
    'select(.object.kind == "Job").apply.action' out
is 'with another uid' "$(uid job/j)" \
    "$(jq -r 'select(.object.kind == "Job").apply.uid' out)"
ok 'indeed' [ "$old" != "$(uid job/j)" ]

done_testing
