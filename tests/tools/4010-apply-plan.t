#!/bin/sh
# apply: a plan is carried out as it was made, or not at all.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl
need_cluster
new_namespace

{ config c 1 && config d 1 && job j a:1; } |
    stage "$NS/app" '{"force":true,"timeout":"1m"}' >in
run diff-immutable <in
mv out plan
status 'a plan of new objects' 0 apply <plan
is 'creates them' 'ConfigMap/c:created ConfigMap/d:created Job/j:created' \
    "$(actions out)"
status 'the same plan again finds it done' 0 apply <plan
is 'object by object' \
    'ConfigMap/c:unchanged ConfigMap/d:unchanged Job/j:unchanged' \
    "$(actions out)"

{ config c 2 && config d 1 && job j a:2; } |
    stage "$NS/app" '{"force":true,"timeout":"1m"}' >in
run diff-immutable <in
mv out plan
old=$(uid job/j)

kc annotate --field-manager=other configmap c x=y >/dev/null
status 'a change that touches nothing of the plan is no matter' 0 apply <plan
is 'it is carried out' \
    'ConfigMap/c:configured ConfigMap/d:unchanged Job/j:recreated' \
    "$(actions out)"
ok 'the Job is another' [ "$old" != "$(uid job/j)" ]
status 'and then is done' 0 apply <plan
is 'nothing is done twice' \
    'ConfigMap/c:unchanged ConfigMap/d:unchanged Job/j:unchanged' \
    "$(actions out)"

deployment a:1 | jq '.spec.paused = true' | kc apply -f - >/dev/null 2>&1
deployment a:2 | stage "$NS/app" '{"timeout":"1m"}' >in
run diff-immutable <in
mv out plan
kc patch deployment d --subresource=status -p \
    '{"status":{"conditions":[{"type":"X","status":"True"}]}}' >/dev/null
status 'a status that moves on is no matter' 0 apply <plan
is 'nor are fields that kubectl has left' Deployment/d:configured \
    "$(actions out)"
is 'they go' 'a:2 ' "$(kc get deployment d -o \
    jsonpath='{.spec.template.spec.containers[0].image} {.spec.paused}')"

{ config c 3 && config d 1; } | stage "$NS/app" '{"timeout":"1m"}' >in
run diff-immutable <in
mv out plan
kc patch configmap c -p '{"data":{"a":"other"}}' >/dev/null
status 'a field of the plan that changed since is refused' 4 apply <plan
is 'as changed' 'ConfigMap/c:Changed ConfigMap/d:skipped' "$(actions out)"
is 'and left alone' other "$(kc get configmap c -o jsonpath='{.data.a}')"

# What a Secret held is not in the plan.
secret() {
	printf '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},'
	printf '"stringData":{"a":"%s"}}\n' "$1"
}
secret 1 | stage "$NS/s" '{}' | apply >/dev/null
secret 2 | stage "$NS/s" '{}' >in
run diff-immutable <in
mv out plan
kc patch secret s -p '{"stringData":{"a":"other"}}' >/dev/null
status 'a Secret that changed since is refused' 4 apply <plan
like 'without what it holds' \
    "^apply: Secret/$NS/s: changed since the plan was made .*/data/a differs" err
is 'and left alone' other \
    "$(kc get secret s -o jsonpath='{.data.a}' | base64 -d)"
run diff-immutable <in
mv out plan
status 'one that did not is written' 0 apply <plan
is 'as planned' 2 "$(kc get secret s -o jsonpath='{.data.a}' | base64 -d)"
secret 3 | kc apply -f - >/dev/null 2>&1
secret 4 | stage "$NS/s" '{}' >in
ok 'also where kubectl has left fields' sh -c 'diff-immutable <in | apply >out'
is 'which are taken over' Secret/s:configured "$(actions out)"

# What the plan left alone is part of what was reviewed.
{ config c 3 && config d 1 && job j a:2; } |
    stage "$NS/app" '{"force":true,"timeout":"1m"}' >in
run diff-immutable <in
mv out plan
json 'an object that needs nothing' '"none"' \
    'select(.object.metadata.name == "d").diff.action' plan
before() { kc get configmap c -o jsonpath='{.metadata.resourceVersion}'; }
t_before=$(before)
kc patch configmap d -p '{"data":{"a":"other"}}' >/dev/null
status 'is refused when it has changed since' 4 apply <plan
is 'and nothing else of its stage is written' \
    'ConfigMap/c:skipped ConfigMap/d:Changed Job/j:skipped' "$(actions out)"
like 'it says what' \
    "^apply: ConfigMap/$NS/d: changed since the plan was made .*/data/a" err
is 'so' "$t_before other" \
    "$(before) $(kc get configmap d -o jsonpath='{.data.a}')"
kc delete configmap d >/dev/null
ok 'straight from diff-immutable, it needs no second look' sh -c \
    'diff-immutable <"$1" | jq -c "$2" | apply >out' - in \
    'if .object.metadata.name == "d" then .diff = {action: "none", uid: "x"}
    elif .diff then .diff.action = "none" else . end'
is 'nor does it get one' \
    'ConfigMap/c:unchanged ConfigMap/d:unchanged Job/j:unchanged' \
    "$(actions out)"
ok 'but it does when that was long ago' sh -c \
    'sed "s/\"time\":\"20/\"time\":\"19/" "$1" | apply; [ $? -eq 4 ]' - plan
status 'so it is when it is gone' 4 apply <plan
like 'in these words' \
    "^apply: ConfigMap/$NS/d: changed since the plan was made: it is gone" err
config d 1 | stage "$NS/app" '{}' | apply >/dev/null
status 'another one that is the same will do' 0 apply <plan
is 'as what it is' \
    'ConfigMap/c:configured ConfigMap/d:unchanged Job/j:unchanged' \
    "$(actions out)"
kc annotate --field-manager=other configmap d x=y >/dev/null
jq -c 'select(.object.metadata.name != "c")' plan >none
status 'fields that are not ours are no matter' 0 apply <none
is 'either' 'ConfigMap/d:unchanged Job/j:unchanged' "$(actions out)"

# An object of equal content that others have written.
config f 1 | kc create --field-manager=other -f - >/dev/null
config f 1 >in
run diff-immutable -n "$NS" <in
json 'an object that is only to become ours' '["none",true]' \
    'select(.diff).diff | [.action, .ownership]' out
mv out plan
kc patch configmap f -p '{"data":{"a":"other"}}' >/dev/null
status 'is refused as well when it has changed since' 4 apply -n "$NS" <plan
is 'not overwritten' other "$(kc get configmap f -o jsonpath='{.data.a}')"

config e 1 | stage "$NS/app" '{"timeout":"1m"}' >in
run diff-immutable <in
mv out plan
kc create configmap e --from-literal=a=other >/dev/null
status 'an object that came meanwhile is refused' 4 apply <plan
is 'as changed' ConfigMap/e:Changed "$(actions out)"
is 'and not overwritten' other "$(kc get configmap e -o jsonpath='{.data.a}')"

{ job j a:3 && config c 4; } | stage "$NS/app" '{"timeout":"1m"}' >in
run diff-immutable <in
mv out plan
before=$(kc get configmap c -o jsonpath='{.metadata.resourceVersion}')
status 'a Job to be recreated without leave' 4 apply <plan
is 'keeps the whole stage from being written' \
    'Job/j:Immutable ConfigMap/c:skipped' "$(actions out)"
is 'indeed' "$before" \
    "$(kc get configmap c -o jsonpath='{.metadata.resourceVersion}')"

run_when() { jq -c --arg w "$1" '.metadata.annotations["poundlock/run"] = $w'; }
job r a:1 | run_when always | stage "$NS/app" '{"timeout":"1m"}' >in
status 'a Job that is to run each time' 0 apply <in
kc wait --for=condition=Complete --timeout=30s job/r >/dev/null
old=$(uid job/r)
run diff-immutable <in
mv out plan
status 'is made anew' 0 apply <plan
is 'without other leave' Job/r:recreated "$(actions out)"
ok 'another one' [ "$old" != "$(uid job/r)" ]
status 'but not twice by one plan' 0 apply <plan
is 'which is done' Job/r:unchanged "$(actions out)"

# One that is to run when what it reads changes.
read_by_job() { # read_by_job VALUE
	{ config read "$1" && reader read; } | stage "$NS/app" '{"force":true}'
}
read_by_job 1 >in
status 'a Job that reads a ConfigMap' 0 apply <in
kc wait --for=condition=Complete --timeout=30s job/reader >/dev/null
old=$(uid job/reader)
status 'applied again' 0 apply <in
is 'does not run again' 'ConfigMap/read:unchanged Job/reader:unchanged' \
    "$(actions out)"
status 'nor does it by a plan' 0 diff-immutable <in
read_by_job 2 >in
run diff-immutable <in
json 'when the ConfigMap changes, the plan says that it will, and why' \
    '["recreate",{"runs":true,"why":"ConfigMap/read changes"}]' \
    'select(.object.kind == "Job").diff | [.action, .run]' out
mv out plan
sed 's/"force":true/"force":false/' plan >held
status 'not without leave' 4 apply <held
is 'and then nothing of its stage changes' \
    'ConfigMap/read:skipped Job/reader:Immutable' "$(actions out)"
status 'with leave, it goes through' 0 apply <plan
is 'with another Job' 'ConfigMap/read:configured Job/reader:recreated' \
    "$(actions out)"
status 'after which there is nothing to do' 0 diff-immutable <in
read_by_job 3 >in
status 'it works without a plan, too' 0 apply <in
is 'in the same way' 'ConfigMap/read:configured Job/reader:recreated' \
    "$(actions out)"

job o a:1 | run_when once | stage "$NS/app" '{"force":true}' >in
status 'a Job that is to run but once' 0 apply <in
old=$(uid job/o)
job o a:2 | run_when once | stage "$NS/app" '{"force":true}' >in
status 'is not made anew' 0 apply <in
run diff-immutable <in
mv out plan
status 'nor by a plan' 0 apply <plan
is 'it is the same' "$old" "$(uid job/o)"

done_testing
