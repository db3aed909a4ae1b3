#!/bin/sh
. "${0%/*}/../lib.sh"

# stage NAME [AFTER...]; object STAGE APIVERSION KIND NAME [NAMESPACE]
stage() {
	name=$1
	shift
	after=$(for s; do printf ',"%s"' "$s"; done)
	printf '{"type":"stage","stage":"%s","after":[%s],"spec":{}}\n' \
	    "$name" "${after#,}"
}

object() {
	printf '{"type":"object","stage":"%s","object":{"apiVersion":"%s","kind":"%s","metadata":{"name":"%s"%s}}}\n' \
	    "$1" "$2" "$3" "$4" "${5:+,\"namespace\":\"$5\"}"
}

# The names of the stages and of the objects, as they come.
names() {
	jq -r 'if .type == "stage" then .stage
	    elif .type == "object" then .object.metadata.name
	    else empty end' out | xargs
}

begin='{"type":"begin","tool":"render","stream":1}'
end='{"type":"end","tool":"render","stages":0,"objects":0}'

common_checks graph-order

# Stages come behind what they depend on, with their own objects.
{
	echo "$begin"
	stage default/post default/app
	object default/post batch/v1 Job smoke
	stage default/app default/pre
	object default/app v1 Service web
	stage default/pre
	object default/pre batch/v1 Job migrate
	echo "$end"
} >chain
status 'sorts stages' 0 graph-order <chain
is 'each with its objects' \
    'default/pre migrate default/app web default/post smoke' "$(names)"
is 'its begin comes first' '{"type":"begin","tool":"graph-order","stream":1}' \
    "$(head -n 1 out)"
is 'its end comes last' \
    '{"type":"end","tool":"graph-order","stages":3,"objects":3}' \
    "$(tail -n 1 out)"
sort chain >want
grep -v graph-order out | sort >got
same 'records are passed on as they came' want got

graph-order <chain >once
status 'sorting what is sorted' 0 graph-order <once
grep -v graph-order once >want
grep -v graph-order out >got
same 'changes nothing' want got

printf '%s\n' "$begin" '{"type":"note","x":[1.0,{"b":1,"a":2}]}' "$end" >in
status 'a type that it does not know' 0 graph-order <in
like 'passes untouched' '^\{"type":"note","x":\[1\.0,\{"b":1,"a":2\}\]\}$' out

printf %s '{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}}' >in
status 'no newline at the end of input' 0 graph-order <in
is 'is no matter' a "$(names)"

# Within a stage.
{
	stage default/a
	object default/a admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration w
	object default/a foo.io/v1 Widget custom
	object default/a batch/v1 Job job
	object default/a apps/v1 Deployment deploy-2
	object default/a apps/v1 Deployment deploy-1
	object default/a networking.k8s.io/v1 Ingress ingress
	object default/a v1 Service service
	object default/a v1 PersistentVolumeClaim claim
	object default/a v1 Secret secret
	object default/a v1 ConfigMap config
	object default/a rbac.authorization.k8s.io/v1 RoleBinding binding
	object default/a rbac.authorization.k8s.io/v1 ClusterRole role
	object default/a v1 ServiceAccount account
	object default/a v1 ResourceQuota quota
	object default/a storage.k8s.io/v1 StorageClass class
	object default/a apiextensions.k8s.io/v1 CustomResourceDefinition crd
	object default/a v1 Namespace namespace
} >in
status 'sorts the objects of a stage' 0 graph-order <in
is 'by what others need' 'default/a namespace crd class quota account role binding secret config claim service deploy-2 deploy-1 job ingress custom w' "$(names)"
status 'in reverse' 0 graph-order --reverse <in
is 'the other way round' 'default/a w custom ingress job deploy-1 deploy-2 service claim config secret binding role account quota class crd namespace' "$(names)"

{
	echo '{"apiVersion":"v1","kind":"Service","metadata":{"name":"b"}}'
	echo '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"c"}}'
	stage default/a
	object default/a v1 Service a
} >in
status 'objects without a stage' 0 graph-order <in
is 'come first, sorted too' 'c b default/a a' "$(names)"
status 'and last in reverse' 0 graph-order --reverse <in
is 'sorted the other way' 'default/a a b c' "$(names)"
status 'but make cannot schedule them' 2 graph-order --format make <in

# Parts of a chain.
status 'one stage' 0 graph-order --stage default/app <chain
is 'with its objects only' 'default/app web' "$(names)"
json 'and the ids of all others' \
    '["batch/Job/default/migrate","batch/Job/default/smoke"]' \
    'select(.type=="stage").elsewhere|sort' out
status 'a stage by its name alone' 0 graph-order --stage app <chain
is 'is found' 'default/app web' "$(names)"
status 'an unknown stage' 2 graph-order --stage default/none <chain
is 'is named' 'graph-order: --stage default/none: no such stage in the chain' \
    "$(cat err)"
ok 'and nothing is written' [ ! -s out ]
{ cat chain; stage other/app; } >in
status 'a name that two stages have' 2 graph-order --stage app <in
like 'is asked for in full' 'NAMESPACE/NAME' err
status 'the same name with its namespace' 0 graph-order --stage other/app <in

status 'from a stage on' 0 graph-order --from app <chain
is 'comes all that depends on it' 'default/app web default/post smoke' \
    "$(names)"
json 'which waits for nothing that is gone' '[]' \
    'select(.stage=="default/app" and .type=="stage").after' out
cp out part
status 'such a part is a chain' 0 graph-order --stage post <part
json 'that knows what was cut away' \
    '["/Service/default/web","batch/Job/default/migrate"]' \
    'select(.type=="stage").elsewhere|sort' out
status 'until a stage' 0 graph-order --until app <chain
is 'comes all that it depends on' 'default/pre migrate default/app web' \
    "$(names)"
status 'from one until another' 0 graph-order --from app --until app <chain
is 'is what lies between' 'default/app web' "$(names)"

# Ids: a namespace that an object doesn't name is its stage's.
{
	printf '{"type":"stage","stage":"a/one","spec":{"targetNamespace":"t"}}\n'
	object a/one v1 Service s
	object a/one v1 Namespace n
	object a/one foo.io/v1 Widget w
	object a/one v1 Service s other
	stage a/two
	object a/two v1 Service s
} >in
status 'the stage' 0 graph-order --stage two <in
json 'gives its namespace to what has none' \
    '["/Namespace//n","/Service/other/s","/Service/t/s","foo.io/Widget//w","foo.io/Widget/t/w"]' \
    'select(.type=="stage").elsewhere|sort' out

# The graph.
status 'make rules' 0 graph-order --format make <chain
cat >want <<'END'
all: default_pre.done default_app.done default_post.done
.PHONY: all default_pre.done default_app.done default_post.done

default_pre.done:
	@$(STAGE) 'default/pre'

default_app.done: default_pre.done
	@$(STAGE) 'default/app'

default_post.done: default_app.done
	@$(STAGE) 'default/post'
END
same 'are exactly these' want out
if command -v make >/dev/null; then
	mv out rules.mk
	status 'make' 0 make -s -j 4 -f rules.mk STAGE=echo
	is 'runs them in order' 'default/pre default/app default/post' \
	    "$(xargs <out)"
	status 'and with -k' 2 make -s -k -f rules.mk \
	    STAGE='sh -c '\''echo $$0; test $$0 != default/app'\'
	is 'leaves out what depends on a failure' 'default/pre default/app' \
	    "$(xargs <out)"
fi
status 'make rules in reverse' 0 graph-order --reverse --format make <chain
like 'turn the arrows' '^default_pre.done: default_app.done$' out
status 'text' 0 graph-order --format text <chain
cat >want <<'END'
default/pre   1 object
default/app   1 object, after default/pre
default/post  1 object, after default/app
END
same 'is for people' want out
status 'dot' 0 graph-order --format dot <chain
like 'has arrows' '^	"default/pre" -> "default/app";$' out
status 'an unknown format' 2 graph-order --format svg <chain
ok 'prints nothing' [ ! -s out ]

# What can't be right.
{
	stage default/a default/b
	stage default/b default/c
	stage default/c default/a
} >in
status 'a cycle' 2 graph-order <in
like 'is shown whole' 'default/a -> default/b -> default/c -> default/a$' err
is 'in one line' 1 "$(wc -l <err | tr -d ' ')"
ok 'and nothing is written' [ ! -s out ]
stage default/a default/a >in
status 'a stage that depends on itself' 2 graph-order <in
like 'is a cycle too' 'default/a -> default/a$' err
stage default/a default/none >in
status 'an unknown dependency' 2 graph-order <in
like 'is named with who has it' \
    '^graph-order: Kustomization/default/a: .*default/none' err
{
	stage default/a
	stage default/a
} >in
status 'two stages of one name' 2 graph-order <in
like 'are named' 'Kustomization/default/a: two stages' err
object default/none v1 Service s >in
status 'an object of no known stage' 2 graph-order <in
like 'is named' 'Service/s: .*default/none' err
{
	stage default/a
	object default/a v1 Service s |
	    sed 's/"object":{/"origin":{"path":"a.yaml","line":7},&/'
	stage default/b
	object default/b v1 Service s default
} >in
status 'one object in two stages' 2 graph-order <in
like 'is named with both places' \
    'Service/default/s: .*default/a \(a\.yaml:7\) and in stage default/b' err
{
	stage default/a
	object default/a v1 Service s
	object default/a v1 Service s
} >in
status 'one object twice in a stage' 2 graph-order <in
for name in 'A/b' 'a/b c' "a/b'c" 'a/$(x)' 'a/b/c' 'a.b/c' '/a' 'a/' '../a' \
    'a/b..c' ''; do
	stage "$name" >in
	status "the name \"$name\" is refused" 2 graph-order <in
done
printf '{"type":"stage","stage":"default/a","after":"default/b"}\n' >in
status 'after must be an array' 2 graph-order <in
printf '{"type":"stage","stage":"default/a","after":[1]}\n' >in
status 'of names' 2 graph-order <in
{
	echo "$begin"
	stage default/a
} >in
status 'a stream without its end' 2 graph-order <in
like 'is seen' 'ends before its end record' err
ok 'and not passed on' [ ! -s out ]

done_testing
