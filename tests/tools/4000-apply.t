#!/bin/sh
# apply: objects come into the cluster, are left alone when nothing changed, and
# are made anew only where that is allowed.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl
need_cluster
common_checks apply

new_namespace

{ config c 1 && job j a:1; } | stage "$NS/app" '{"timeout":"1m"}' >in
status 'objects are created' 0 apply <in
is 'each says so' 'ConfigMap/c:created Job/j:created' "$(actions out)"
like 'and so does a line for people' "^apply: Job/$NS/j: created$" err
is 'records pass in order, framed' \
    'begin begin stage object object end end' "$(jq -r .type out | xargs)"
is 'the uid is that of the object' "$(uid job/j)" \
    "$(jq -r 'select(.object.kind == "Job").apply.uid' out)"
is 'the inventory lists their kinds' ConfigMap,Job.batch \
    "$(parent contains-group-kinds)"
is 'and its members carry its id' \
    "$(kc get configmap poundlock-app -o jsonpath='{.metadata.labels.applyset\.kubernetes\.io/id}')" \
    "$(kc get job j -o jsonpath='{.metadata.labels.applyset\.kubernetes\.io/part-of}')"

versions() {
	kc get configmap c poundlock-app \
	    -o jsonpath='{.items[*].metadata.resourceVersion}'
}
before=$(versions)
old=$(uid job/j)
status 'again, nothing changes' 0 apply <in
is 'as it says' 'ConfigMap/c:unchanged Job/j:unchanged' "$(actions out)"
ok 'and nobody is bothered' [ ! -s err ]
is 'nothing was written' "$before" "$(versions)"

{ config c 2 && job j a:2; } | stage "$NS/app" '{"timeout":"1m"}' >in
status 'an immutable field without leave is refused' 4 apply <in
json 'the record says why' '"Immutable"' \
    'select(.object.kind == "Job").error.reason' out
like 'the message names the field and the way out' \
    '^apply: Job/.*: can.t be changed in place: .*image.*force: enabled' err
is 'the Job lives on' "$old" "$(uid job/j)"

sed 's/"timeout"/"force":true,"timeout"/' in >forced
status 'a dry run with leave of the stage' 0 apply --dry-run <forced
is 'says what would be' 'ConfigMap/c:unchanged Job/j:recreated' \
    "$(actions out)"
is 'and changes nothing' "$old" "$(uid job/j)"

status 'with leave of the stage' 0 apply <forced
is 'it is made anew' 'ConfigMap/c:unchanged Job/j:recreated' "$(actions out)"
is 'and has the uid that is told' "$(uid job/j)" \
    "$(jq -r 'select(.object.kind == "Job").apply.uid' out)"
ok 'another one' [ "$old" != "$(uid job/j)" ]
is 'no Pod of the old one was left when it came' '' \
    "$(kc get pod -l "batch.kubernetes.io/controller-uid=$old" -o name)"

{ config c 2 && job j a:3 | jq -c '.metadata.finalizers = ["example.org/f"]'; } |
    stage "$NS/app" '{"force":true,"timeout":"1s"}' >held
sed 's/"timeout":"1s"/"timeout":"1m"/' held >held.long
status 'an object with a finalizer' 0 apply <held.long
old=$(uid job/j)
sed 's/a:3/a:4/' held >held.new
status 'a deletion that hangs ends in time' 6 apply <held.new
like 'and who holds the object is named' \
    '^apply: Job/.*: still being deleted after 1(\.0)?s: held by .*example.org/f' err
status 'the next run goes on waiting' 6 apply <held.new
is 'for the same object' "$old" "$(uid job/j)"
kc patch job j --type=json \
    -p '[{"op":"remove","path":"/metadata/finalizers"}]' >/dev/null
status 'when it is let go' 0 apply <held.new
is 'the new one comes' 'ConfigMap/c:unchanged Job/j:created' "$(actions out)"
kc patch job j --type=json \
    -p '[{"op":"remove","path":"/metadata/finalizers"}]' >/dev/null

head -n 4 forced >cut.in
status 'a stream that ends early is not written' 2 apply <cut.in
like 'as it says' "^apply: $NS/app: the stream ends early" err

head -n 1 forced >begun
for option in '' --prune --delete; do
	# shellcheck disable=SC2086 # an option or none
	status "nor is one that ends before its first object: $option" 2 \
	    apply $option <begun
	like 'as it says' '^apply: standard input: the stream ends early' err
done

jq -c 'if .object.kind == "ConfigMap" then .object.data.a = "3" |
    .error = {tool: "diff-immutable", reason: "Invalid"} else . end' \
    forced >failed
status 'an object that failed before keeps its stage from being written' 4 \
    apply <failed
is 'the others are passed over' 'ConfigMap/c:Invalid Job/j:skipped' \
    "$(actions out)"
ok 'it was said already' [ ! -s err ]

sed 's/127\.0\.0\.1:[0-9]*/127.0.0.1:1/' "$KUBECONFIG" >nowhere
status 'a server that is not there' 3 \
    apply --kubeconfig nowhere --request-timeout 1s <forced
like 'is said in one line' '127\.0\.0\.1:1' err
is 'and no more' 1 "$(wc -l <err)"
is 'all objects pass' 'ConfigMap/c:skipped Job/j:skipped' "$(actions out)"

done_testing
