#!/bin/sh
# diff-immutable against a real API server.
. "${0%/*}/../lib.sh"

need_tool jq
need_cluster
new_namespace

# What poundlock applied before.
applied() { kc apply --server-side --field-manager=poundlock -f "$1" >/dev/null; }

# The action that is told for the object of that name; its whole diff.
action() { jq -r --arg n "$1" 'select(.object.metadata.name == $n) | .diff.action' out; }
fields() { jq -c --arg n "$1" 'select(.object.metadata.name == $n) | .diff.fields // []
	| map([.path, .from, .to, .immutable // false])' out; }

pod='"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"app:1"}]}'
cat >base <<S
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm"},"data":{"a":"1","b":"2"}}
{"apiVersion":"v1","kind":"Secret","metadata":{"name":"secret"},"data":{"a":"b25l"}}
{"apiVersion":"v1","kind":"Service","metadata":{"name":"svc"},"spec":{"selector":{"a":"b"},"ports":[{"name":"a","port":80},{"name":"b","port":53,"protocol":"UDP"}]}}
{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"job"},"spec":{"template":{$pod}}}
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"app"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"app:1","ports":[{"containerPort":80}],"resources":{"requests":{"cpu":0.5,"memory":"1024Mi"}},"env":[{"name":"A","value":"1"},{"name":"P","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}}}}
{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"rb"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"User","name":"x"}]}
S

status 'what is not there' 1 diff-immutable -n "$NS" <base
is 'would be created' 'create create create create create create' \
    "$(jq -r 'select(.diff).diff.action' out | xargs)"
is 'which creates nothing' '' "$(kc get cm,job,deploy -o name | grep -v kube-root-ca)"

ok 'the objects are applied' applied base
# From here on no controller changes it.
kc wait --for=condition=Complete job/job --timeout=60s >/dev/null
status 'what is there already' 0 diff-immutable -n "$NS" <base
is 'needs nothing' 'none none none none none none' \
    "$(jq -r 'select(.diff).diff.action' out | xargs)"
unlike 'not even for the managed fields' ownership out
like 'the live object is named' \
    '"uid":"'"$(kc get cm cm -o 'jsonpath={.metadata.uid}')"'"' out
like 'in its version' \
    '"resourceVersion":"'"$(kc get job job -o 'jsonpath={.metadata.resourceVersion}')"'"' out

# Each in its own way.
sed 's/"a":"1","b":"2"/"a":"3"/; s/b25l/dHdv/; s/app:1/app:2/; s/"name":"view"/"name":"edit"/
    s/"port":53/"port":54/' base >changed
status 'what differs' 1 diff-immutable -n "$NS" <changed
is 'is updated or made anew' 'update update update recreate update recreate' \
    "$(jq -r 'select(.diff).diff.action' out | xargs)"
is 'a changed value and a removed key' \
    '[["/data/a","1","3",false],["/data/b","2",null,false]]' "$(fields cm)"
is 'a secret one' '[["/data/a","***","***",false]]' "$(fields secret)"
is 'an immutable one' \
    '[["/spec/template/spec/containers/0/image","app:1","app:2",true]]' \
    "$(fields job)"
is 'a mutable one of the same name' \
    '[["/spec/template/spec/containers/0/image","app:1","app:2",false]]' \
    "$(fields app)"
is 'one outside of the spec' '[["/roleRef/name","view","edit",true]]' \
    "$(fields rb)"
is 'the Job is as it was' app:1 \
    "$(kc get job job -o 'jsonpath={.spec.template.spec.containers[0].image}')"
status 'the same as a summary' 1 diff-immutable -n "$NS" -o summary <changed
like 'names the namespace' "^recreate  Job/$NS/job " out
is 'and counts' '0 create, 4 update, 2 recreate, 0 delete, 0 same' \
    "$(tail -n 1 out)"
status 'the same as a diff' 1 diff-immutable -n "$NS" -o diff <changed
is 'shows each change once' 2 "$(grep -c '^+ .*image: app:2$' out)"
unlike 'nothing secret' 'b25l|dHdv' out
unlike 'nothing that only the server writes' \
    '^[-+].*(resourceVersion|managedFields|generation|uid):' out

# kubectl shows what only the server writes, too, and fails where an object
# would have to be made anew.
lines() {
	grep '^[-+] ' "$1" | sort | grep -vE \
	    '^. +(generation|creationTimestamp|resourceVersion|uid|time): '
}
jq -c 'select(.kind == "ConfigMap" or .kind == "Secret" or
    .kind == "Deployment")' changed >updated
run diff-immutable -n "$NS" -o diff <updated
lines out >got
kubectl -n "$NS" diff --server-side --force-conflicts \
    --field-manager=poundlock -f updated >theirs
lines theirs >want
ok 'there is something to show' [ -s want ]
same 'line by line what kubectl diff shows' want got

# Spelled in another way.
sed 's/"cpu":0.5/"cpu":"500m"/; s/1024Mi/1Gi/; s/"data":{"a":"b25l"}/"stringData":{"a":"one"}/' \
    base >spelled
status 'other spellings of the same' 0 diff-immutable -n "$NS" <spelled
sed 's/"replicas":0,//' base >fewer
kc apply --server-side --field-manager=scaler -f - >/dev/null <<S
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"app"},"spec":{"replicas":0}}
S
status 'a field that is left to others' 0 diff-immutable -n "$NS" <fewer
json 'changes managed fields only' 'true' \
    'select(.object.kind=="Deployment").diff.ownership' out

# Refused.
sed 's/"restartPolicy":"Never"/"restartPolicy":"Always"/; s/app:1/app:2/' base >bad
status 'a change that no new object could have' 4 diff-immutable -n "$NS" <bad
json 'is an error, and no reason to delete' '["Invalid",422,null]' \
    'select(.error)|[.error.reason,.error.status,.diff]' out
like 'told with the field' \
    "^diff-immutable: Job/$NS/job: .*spec.template.spec.restartPolicy" err
unlike 'under its own name only' 'job-poundlock' err
status 'of the wrong type' 4 diff-immutable -n "$NS" <<S
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm"},"data":{"a":1}}
S
json 'also' '["Invalid",500]' \
    'select(.error)|[.error.reason,.error.status]' out
status 'of a kind that does not exist' 4 diff-immutable -n "$NS" <<S
{"apiVersion":"example.com/v1","kind":"Nothing","metadata":{"name":"n"}}
S
status 'in a namespace that does not exist' 4 diff-immutable <<S
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"$NS-none"}}
S
like 'is said' "namespaces \"$NS-none\" not found" err

# What comes with the stream.
status 'a namespace that comes along' 1 diff-immutable <<S
{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"$NS-none"}}
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"$NS-none"}}
S
is 'is waited for' 'create create' "$(jq -r 'select(.diff).diff.action' out | xargs)"
status 'a kind that comes along' 1 diff-immutable -n "$NS" <<S
{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.$NS.example.com"},"spec":{"group":"$NS.example.com","scope":"Namespaced","names":{"kind":"Thing","plural":"things"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
{"apiVersion":"$NS.example.com/v1","kind":"Thing","metadata":{"name":"t"},"spec":{}}
S
is 'likewise' 'create create' "$(jq -r 'select(.diff).diff.action' out | xargs)"

# A default that nobody holds stands in the way, and nothing immutable.
status 'a strategy that leaves its defaults behind' 1 \
    diff-immutable -n "$NS" <<S
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"app"},"spec":{"replicas":0,"strategy":{"type":"Recreate"},"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"app:1"}]}}}}
S
json 'is an update that removes them' \
    '["update",["/spec/strategy/rollingUpdate"]]' \
    'select(.diff)|[.diff.action,.diff.remove]' out

# What kubectl has left: its fields are taken over, so that they can go.
cat >theirs <<S
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"theirs","labels":{"a":"b"}},"data":{"a":"1","b":"2"}}
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"theirs"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"t"}},"template":{"metadata":{"labels":{"a":"t"}},"spec":{"containers":[{"name":"c","image":"app:1"}]}}}}
S
kc apply -f theirs >/dev/null
status 'what kubectl applied' 0 diff-immutable -n "$NS" <theirs
is 'is to be owned' 'none true none true' \
    "$(jq -r 'select(.diff)|.diff.action,.diff.ownership' out | xargs)"
kc set env deploy/theirs X=y >/dev/null
sed 's/,"b":"2"//; s/"labels":{"a":"b"}/"labels":{}/; s/"replicas":1,//' theirs >less
status 'fields that are gone from it' 1 diff-immutable -n "$NS" <less
is 'will be removed' '[["/metadata/labels/a","b",null,false],["/data/b","2",null,false]]' \
    "$(jq -c 'select(.object.kind == "ConfigMap").diff.fields
	| map([.path, .from, .to, false])' out)"
is 'and what kubectl has set, but no default' \
    '[["/spec/template/spec/containers/0/env/0",{"name":"X","value":"y"},null,false]]' \
    "$(jq -c 'select(.object.kind == "Deployment").diff.fields
	| map([.path, .from, .to, false])' out)"

# Whether a Job runs, and why.
cat >runs <<S
{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"runs"},"spec":{"managedBy":"example.com/test","template":{$pod}}}
S
ok 'a Job that no controller runs' applied runs
run_of() {
	sed "s|\"name\":\"runs\"|&$1|; s/app:1/app:$2/" runs >in
	run diff-immutable -n "$NS" <in
	jq -c 'select(.diff) | [.diff.action, .diff.run.runs, .diff.run.why]' out
}
always=',"annotations":{"poundlock/run":"always"}'
is 'it is not made anew while it runs' \
    '["update",false,"it has not finished yet and goes on"]' \
    "$(run_of "$always" 1)"
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
kc patch job runs --subresource=status -p '{"status":{"succeeded":1,
    "startTime":"'"$now"'","completionTime":"'"$now"'","conditions":[
    {"type":"SuccessCriteriaMet","status":"True"},
    {"type":"Complete","status":"True"}]}}' >/dev/null
is 'not when nothing changes' '["none",false,"nothing changes"]' "$(run_of '' 1)"
is 'when its template does' \
    '["recreate",true,"spec.template.spec.containers[c].image changes"]' \
    "$(run_of '' 2)"
is 'each time, if it says so' \
    '["recreate",true,"poundlock/run is always"]' \
    "$(run_of "$always" 1)"
is 'or never again' '["none",false,"poundlock/run is once"]' \
    "$(run_of ',"annotations":{"poundlock/run":"once"}' 2)"
run_of ',"annotations":{"poundlock/run":"often"}' 2 >/dev/null
run diff-immutable -n "$NS" <in
is 'but it has to say it right' 2 "$rc"

# Annotations that Flux knows.
for a in '"reconcile":"disabled"' '"ssa":"Ignore"' '"ssa":"IfNotPresent"'; do
	key=${a%%:*}
	printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm","annotations":{"kustomize.toolkit.fluxcd.io/%s:%s}},"data":{}}\n' \
	    "${key#\"}" "${a#*:}" >flux
	status "$a" 0 diff-immutable -n "$NS" <flux
	json 'keeps its hands off' '"none"' 'select(.diff).diff.action' out
done

# A Job that is being deleted is not one that stays.
cat >going <<S
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"going","finalizers":["example.com/hold"]}}
S
ok 'an object with a finalizer' applied going
kc delete cm going --wait=false >/dev/null
status 'that is being deleted' 1 diff-immutable -n "$NS" <going
is 'will be created' create "$(action going)"
kc patch cm going --type=merge -p '{"metadata":{"finalizers":null}}' >/dev/null

status 'a generated name' 1 diff-immutable -n "$NS" <<S
{"apiVersion":"batch/v1","kind":"Job","metadata":{"generateName":"job-"},"spec":{"template":{$pod}}}
S
json 'is always new' '"create"' 'select(.diff).diff.action' out

# Rights.
kc create serviceaccount reader >/dev/null
kc create role reader --verb=get,patch,create --resource=configmaps >/dev/null
kc create rolebinding reader --role=reader --serviceaccount="$NS:reader" >/dev/null
for i in 1 2 3 4 5; do
	printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm%d"},"data":{}}\n' $i
done >five
as=system:serviceaccount:$NS:reader
eventually 10 kubectl auth can-i patch cm -n "$NS" --as="$as"
status 'without leave to list' 1 diff-immutable -n "$NS" --as "$as" <five
status 'without leave to read' 3 diff-immutable -n "$NS" --as "$as" <<S
{"apiVersion":"v1","kind":"Secret","metadata":{"name":"secret"},"data":{}}
S
like "is told in the server's words" \
    "^diff-immutable: Secret/$NS/secret: .*forbidden: User" err
done_testing
