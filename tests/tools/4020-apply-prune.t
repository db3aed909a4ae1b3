#!/bin/sh
# apply --prune and --delete: what goes, and what never does.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl
need_cluster
new_namespace

spec='{"prune":true,"timeout":"1m"}'
{ config a 1 && config b 1 && config c 1 | annotate prune disabled; } |
    stage "$NS/app" "$spec" >in
status 'three objects' 0 apply <in

config a 1 | stage "$NS/app" "$spec" >less
jq -c 'if .type == "object" then .wait = {status: "inProgress"} else . end' \
    less >waiting
status 'nothing is deleted before all is healthy' 4 apply --prune <waiting
like 'as it says' 'ConfigMap/a is inProgress: nothing is deleted$' err
head -n 3 less >cut.in
status 'nor by a stream that ends early' 2 apply --prune <cut.in
jq -c 'if .type == "object" then .error = {reason: "x"} else . end' less >bad
status 'nor when an object failed' 4 apply --prune <bad
{ config a 1 && config b 1; } | stage "$NS/app" "$spec" |
    jq -c 'if .type != "object" then . elif .object.metadata.name == "b"
	then .error = {reason: "x"} else .wait = {status: "unknown"} end' >bad
status 'nor when the others were not waited for then' 4 apply --prune <bad
like 'which it says of the one that failed' \
    'ConfigMap/b failed: nothing is deleted$' err
sed 's/"prune":true/"prune":false/' less >kept
status 'nor without leave of the stage' 0 apply --prune <kept
: | stage "$NS/app" "$spec" >none
status 'nor when the stage is empty' 4 apply --prune <none
like 'which it says' 'without --allow-empty$' err
status 'nor when it would be too much' 4 apply --prune --prune-max 0 <less
like 'which it says too' '1 object would be deleted \(ConfigMap' err
jq -c --arg id "/ConfigMap/$NS/b" \
    'if .type == "stage" then .elsewhere = [$id] else . end' less >moved
status 'nor what another stage has' 0 apply --prune <moved
status 'nor in a dry run' 0 apply --prune --dry-run <less
like 'which says what would go' "^apply: ConfigMap/$NS/b: deleted" err
ok 'all are there' exists configmap/b

status 'else what the stream lacks is deleted' 0 apply --prune <less
is 'and told behind what came in' \
    'ConfigMap/a:- ConfigMap/c:skipped ConfigMap/b:deleted' \
    "$(actions out)"
ok 'it is gone' missing configmap/b
ok 'what says so stays' exists configmap/c
ok 'what is not of the inventory stays' exists configmap/kube-root-ca.crt
status 'again, nothing is left to delete' 0 apply --prune <less
is 'and nothing is told' 'ConfigMap/a:- ConfigMap/c:skipped' "$(actions out)"

{ config a 1 && job j a:1; } | stage "$NS/app" "$spec" >in
status 'a kind comes' 0 apply <in
is 'into the inventory' ConfigMap,Job.batch "$(parent contains-group-kinds)"
status 'a kind goes' 0 apply --prune <less
ok 'from the cluster' missing job/j
is 'and from the inventory' ConfigMap "$(parent contains-group-kinds)"

printf '{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"p"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Mi"}}}}' |
    stage "$NS/app" "$spec" >in
status 'a volume claim' 0 apply <in
status 'is not deleted' 0 apply --prune <less
like 'without leave' "PersistentVolumeClaim/$NS/p: skipped: it may hold data" err
is 'and stays in the inventory' ConfigMap,PersistentVolumeClaim \
    "$(parent contains-group-kinds)"
status 'with leave' 0 apply --prune --prune-data <less
ok 'it is' missing pvc/p

printf '%s' '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"f","finalizers":["example.org/held"]}}' |
    stage "$NS/app" "$spec" >in
status 'an object with a finalizer' 0 apply <in
sed 's/1m/1s/' less >short
status 'whose deletion hangs is not waited for without end' 6 \
    apply --prune <short
like 'who holds it is named' 'held by finalizer example.org/held' err
is 'it stays in the inventory' ConfigMap "$(parent contains-group-kinds)"
status 'the time of the caller goes before that of the stage' 6 \
    apply --prune --timeout 1s <less
like 'which is what is told' 'still being deleted after 1\.0s' err
kc patch configmap f --type=json \
    -p '[{"op":"remove","path":"/metadata/finalizers"}]' >/dev/null

kc patch configmap c --type=json -p '[{"op":"remove",
    "path":"/metadata/annotations/kustomize.toolkit.fluxcd.io~1prune"}]' \
    >/dev/null
{ config a 1 && job j a:1; } | stage "$NS/app" "$spec" >in
status 'once more two kinds' 0 apply <in
status 'are deleted with all that the stage owns' 0 apply --delete <less
is 'each told once' 'ConfigMap/a:deleted ConfigMap/c:deleted Job/j:deleted' \
    "$(actions out | xargs -n1 | sort | xargs)"
ok 'they are gone' missing job/j
ok 'with the inventory' missing configmap/poundlock-app
ok 'and no others' exists configmap/kube-root-ca.crt
status 'again, nothing is left' 0 apply --delete <less

config x 1 | jq -c --arg n "$NS" '.metadata.namespace = $n' >bare
status 'an object without a stage' 0 apply <bare
is 'has no inventory' '' "$(kc get configmap x -o jsonpath='{.metadata.labels}')"
status 'and is deleted by itself' 0 apply --delete <bare
ok 'it is gone' missing configmap/x

done_testing
