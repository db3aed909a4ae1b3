#!/bin/sh
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/flux.sh"

fresh() {
	rm -rf flux app
	mkdir flux app
}

# A chain.
mkdir -p flux/sub app/web db other
ks web 'path: ./app' 'dependsOn: [{name: db}, {name: x, namespace: other}]' \
    >flux/web.yaml
{
	printf '%s\n' 'apiVersion: source.toolkit.fluxcd.io/v1' \
	    'kind: GitRepository' 'metadata: {name: src}' ---
	ks db 'path: ./db/' 'timeout: 1m30s'
	echo ---
	ks x 'path: /other' | sed 's/^  name: x/&\n  namespace: other/'
} >flux/sub/more.yml
echo 'resources: [web.yaml]' >flux/kustomization.yaml
mkdir flux/.hidden
echo 'a: b: c' >flux/.hidden/a.yaml
echo 'a: b: c' >flux/notes.txt
cm one >app/a.yaml
{
	cm two
	echo ---
	cm three
} >app/web/b.yaml
cm four >db/c.yaml
status 'a chain' 0 render --flux flux
is 'begins and ends as a stream does' '{"type":"begin","tool":"render","stream":1} {"type":"end","tool":"render","stages":3,"objects":4}' \
    "$(sed -n '1p;$p' out | xargs -d '\n')"
jq -c 'select(.type=="stage")|[.stage,.after,.spec.timeout]' out >got
cat >want <<'END'
["default/db",[],"1m30s"]
["other/x",[],"570s"]
["default/web",["default/db","other/x"],"570s"]
END
same 'has its stages, their order and their timeouts' want got
jq -c 'select(.type=="object")|[.stage,.object.metadata.name,.origin]' out >got
cat >want <<'END'
["default/db","four",{"path":"db/c.yaml","line":1}]
["default/web","one",{"path":"app/a.yaml","line":1}]
["default/web","two",{"path":"app/web/b.yaml","line":1}]
["default/web","three",{"path":"app/web/b.yaml","line":6}]
END
same 'and its objects with their origins' want got
unlike 'a revision needs a work tree' '"revision"' out
cp out first
status 'the same again' 0 render --flux flux
same 'is the same, byte for byte' first out
status 'files, one by one' 0 render --flux flux/web.yaml flux/sub/more.yml
is 'come in the order given' 'default/web default/db other/x' \
    "$(jq -r 'select(.type=="stage").stage' out | xargs)"
status 'standard input' 0 render --flux - <flux/sub/more.yml
is 'is read for -' 2 "$(grep -c '"type":"stage"' out)"
status '-n' 0 render --flux -n prod flux
is 'names the namespace of what names none' 'prod/db other/x prod/web' \
    "$(jq -r 'select(.type=="stage").stage' out | xargs)"
status 'such a chain is one' 0 sh -c 'render --flux -n prod flux | graph-order'
refused 'an empty directory' '^render: other: there is no Flux Kustomization$' other
full 'a write error is trouble' 1 render --flux flux
status 'a stage as YAML' 0 render --flux -o yaml flux
is 'is documents' 3 "$(grep -c '^---$' out)"

# Where spec.path leads.
mkdir -p root/app elsewhere/app
cm in-root >root/app/a.yaml
cm elsewhere >elsewhere/app/a.yaml
ks a 'path: ../.././app/../app' >one.yaml
status '--root' 0 render --flux --root root one.yaml
json 'is what the path is relative to, and no .. leads out of it' '"in-root"' \
    'select(.type=="object").object.metadata.name' out
for map in GitRepository/src GitRepository/default/src; do
	status "--source $map" 0 render --flux --root root \
	    --source "$map=elsewhere" one.yaml
	json 'wins over it' '"elsewhere"' \
	    'select(.type=="object").object.metadata.name' out
done
status '--source of another name' 0 render --flux --root root \
    --source GitRepository/other/src=elsewhere --source Bucket/src=elsewhere \
    one.yaml
json 'is for another' '"in-root"' \
    'select(.type=="object").object.metadata.name' out
refused 'a --source that is none' '--source: src=x is not KIND' \
    --source src=x one.yaml
sed 's/GitRepository/OCIRepository/' one.yaml >oci.yaml
refused 'a source that is not in Git' \
    'oci\.yaml:8:3: Kustomization/default/a: spec\.sourceRef: .*--source OCIRepository/src=DIR' \
    oci.yaml
status 'unless it is mapped' 0 render --flux \
    --source OCIRepository/src=root oci.yaml
ln -s ../elsewhere root/link
ks a 'path: link/app' >one.yaml
refused 'a symbolic link out of the root' 'spec\.path: .*leads out of the root' \
    --root root one.yaml
ks a 'path: ./none' >one.yaml
refused 'a path that is not there' \
    'one\.yaml:9:3: Kustomization/default/a: spec\.path: \./none in .*: No such file' \
    --root root one.yaml
ks a 'path: ./app/a.yaml' >one.yaml
refused 'a path to a file' 'is not a directory' --root root one.yaml

# A Git work tree.
mkdir -p work/.git/refs/heads work/flux/deep work/app
hash=0123456789abcdef0123456789abcdef01234567
echo 'ref: refs/heads/main' >work/.git/HEAD
echo $hash >work/.git/refs/heads/main
ks a 'path: ./app' >work/flux/deep/a.yaml
cm in-work >work/app/a.yaml
status 'the top of a work tree' 0 render --flux work/flux
json 'is the root' '"in-work"' \
    'select(.type=="object").object.metadata.name' out
json 'with its revision' "\"main@sha1:$hash\"" \
    'select(.type=="stage").revision' out
rm work/.git/refs/heads/main
printf '# pack-refs\n%s refs/heads/mainly\n%s refs/heads/main\n' \
    ffffffffffffffffffffffffffffffffffffffff $hash >work/.git/packed-refs
status 'a branch' 0 render --flux work/flux
json 'may be packed' "\"main@sha1:$hash\"" \
    'select(.type=="stage").revision' out
echo $hash >work/.git/HEAD
status 'a commit' 0 render --flux work/flux
json 'may have no branch' "\"sha1:$hash\"" \
    'select(.type=="stage").revision' out
mv work/.git real
mkdir real/worktrees
mkdir real/worktrees/w
echo ../.. >real/worktrees/w/commondir
echo 'ref: refs/heads/main' >real/worktrees/w/HEAD
echo "gitdir: $T_DIR/real/worktrees/w" >work/.git
status 'a linked work tree' 0 render --flux work/flux
json 'has its own HEAD' "\"main@sha1:$hash\"" \
    'select(.type=="stage").revision' out
echo 'ref: refs/heads/new' >real/worktrees/w/HEAD
status 'a branch without a commit' 0 render --flux work/flux
unlike 'has no revision' '"revision"' out

# What a Kustomization does to its objects.
fresh
ks a 'path: app' 'commonMetadata:' '  labels: {team: x}' \
    '  annotations: {by: "me"}' >flux/a.yaml
cm one >app/a.yaml
status 'common metadata' 0 render --flux flux
json 'is written on each object' \
    '{"name":"one","labels":{"team":"x"},"annotations":{"by":"me"}}' \
    'select(.type=="object").object.metadata' out
ks a 'path: app' 'postBuild:' '  substitute: {tag: "1.0", n: "3"}' >flux/a.yaml
cm 'x-${n}' 'a: "v${tag}${none:-!}"' 'b: $HOME $${n}' >app/a.yaml
status 'variables' 0 render --flux flux
json 'are put in' '["x-3",{"a":"v1.0!","b":"$HOME ${n}"}]' \
    'select(.type=="object").object|[.metadata.name,.data]' out
cm one 'a: ${none}' >app/a.yaml
refused 'a variable that is not set' \
    '^render: app/a\.yaml:6: ConfigMap/one: data\.a: the variable none is not set' flux
ks a 'path: app' 'postBuild:' '  substitute: {x: "two"}' >flux/a.yaml
{
	cm two
	echo ---
	cm '${x}'
} >app/a.yaml
refused 'one id twice, by way of variables' 'ConfigMap/two: is at .* too' flux

# What is in a List has places of its own.
fresh
{
	printf '%s\n' 'apiVersion: v1' 'kind: List' 'items:'
	ks a 'path: app' | sed 's/^/  /;1s/^ /-/'
	ks b 'path: app' 'postBuild:' '  substitute: {x: "two"}' |
		sed 's/^/  /;1s/^ /-/'
} >flux/a.yaml
sed '/two/s/$/\n    intervall: 1m/' flux/a.yaml >list.yaml
refused 'a field of a Kustomization in a List' \
    "list\.yaml:$(grep -n intervall list.yaml | cut -d: -f1):5: Kustomization/[a-z]*/b: spec\.intervall: unknown field" list.yaml
{
	printf '%s\n' 'apiVersion: v1' 'kind: List' 'items:'
	cm one | sed 's/^/  /;1s/^ /-/'
	cm two 'a: ${none}' | sed 's/^/  /;1s/^ /-/'
} >app/a.yaml
refused 'a variable in an item of a List' \
    "^render: app/a\.yaml:$(grep -n none app/a.yaml | cut -d: -f1): ConfigMap/two: data\.a: the variable none is not set" flux
cm a/b >app/a.yaml
refused 'a name that can be none' \
    '^render: app/a\.yaml:1: ConfigMap/a/b: metadata\.name' flux

# Suspended stages are left alone, and what came after them goes on.
fresh
ks a 'path: app' >flux/a.yaml
ks b 'path: nowhere' 'suspend: true' 'dependsOn: [{name: a}]' >flux/b.yaml
ks c 'path: app' 'dependsOn: [{name: b}]' >flux/c.yaml
status 'a suspended stage' 0 render --flux flux
like 'is left out, which is said' \
    '^render: Kustomization/default/b: is suspended and left out$' err
json 'what came after it comes after what it came after' '["default/a"]' \
    'select(.stage=="default/c").after' out

# What can't be right.
fresh
cm one >app/a.yaml
ks a 'path: app' 'intervall: 5m' >flux/a.yaml
refused 'an unknown field' \
    '^render: flux/a\.yaml:10:3: Kustomization/default/a: spec\.intervall: unknown field, maybe interval$' \
    flux
ks a 'path: app' \
    "patches: [{patch: '{kind: ConfigMap, metadata: {name: none}}'}]" \
    >flux/a.yaml
refused 'a patch of the stage that fits nothing' \
    '^render: flux/a\.yaml:10:14: Kustomization/default/a: spec\.patches\[0\]\.patch: ConfigMap/none: the patch fits no object' \
    flux
ks a 'path: app' 'components: [../none]' >flux/a.yaml
refused 'a component of the stage that is missing' \
    '^render: flux/a\.yaml:10:16: Kustomization/default/a: spec\.components\[0\]: \.\./none: No such file or directory$' \
    flux
ks a 'path: app' >flux/a.yaml
echo 'a: b' >app/b.yaml
refused 'an object that is none, named from the root' \
    '^render: app/b\.yaml:1: kind is missing$' flux
rm app/b.yaml
ks a 'path: app' 'timeout: soon' >flux/a.yaml
refused 'a duration that is none' \
    'flux/a\.yaml:10:3: .*spec\.timeout: not a duration' flux
ks a | sed '/prune/d' >flux/a.yaml
refused 'a missing field' 'flux/a\.yaml:5:1: .*spec\.prune: is missing' flux
ks a 'wait: "yes"' >flux/a.yaml
refused 'a field of the wrong type' 'spec\.wait: must be true or false' flux
for field in 'kubeConfig: {}' 'ignore: []'; do
	ks a "$field" >flux/a.yaml
	refused "${field%%:*}" 'not supported' flux
done
ks a 'path: app' 'serviceAccountName: x' >flux/a.yaml
status 'a service account' 0 render --flux flux
json 'is whom the stage is applied as' '"system:serviceaccount:default:x"' \
    'select(.type=="stage").as' out
# Expressions are compiled before anything is written.
ks a 'healthCheckExprs:' '- apiVersion: x/v1' '  kind: K' \
    '  current: nope(1)' >flux/a.yaml
refused 'an expression with an unknown function' \
    '^render: flux/a\.yaml:12:5: Kustomization/default/a: spec\.healthCheckExprs\[0\]\.current: 1:1: there is no function nope$' \
    flux
ks a 'dependsOn: [{name: b, readyExpr: "dep.status.ready"}]' >flux/a.yaml
refused 'a readyExpr that may be no bool' \
    'spec\.dependsOn\[0\]\.readyExpr: 1:1: the expression is of type dyn, not bool$' flux
ks a 'dependsOn: [{name: b, readyExpr: "dep.x == other.x"}]' >flux/a.yaml
refused 'one with another variable' \
    'spec\.dependsOn\[0\]\.readyExpr: 1:10: there is no variable other$' flux
ks a 'path: app' 'healthCheckExprs: [{apiVersion: x/v1, current: "true"}]' |
    sed 's/  name: a/&\n  labels: {v: "1"}/' >flux/a.yaml
ks b 'path: app' \
    'dependsOn: [{name: a, readyExpr: "dep.metadata.labels.v == \"1\""}]' >flux/b.yaml
status 'expressions that are right' 0 render --flux flux
json 'are passed on' '[{"apiVersion":"x/v1","current":"true"}]' \
    'select(.stage=="default/a" and .spec).spec.healthCheckExprs' out
json 'with the labels that they may ask for' '{"labels":{"v":"1"}}' \
    'select(.stage=="default/a" and .spec).metadata' out
rm flux/b.yaml
ks A >flux/a.yaml
refused 'a name that Kubernetes would not take' 'metadata\.name: ' flux
echo 'a: b: c' >flux/a.yaml
refused 'broken YAML' '^render: flux/a\.yaml:1:5: ' flux
ks a 'path: app' 'path: app' >flux/a.yaml
refused 'a key that is there twice' '^render: flux/a\.yaml:10:3: .*path' flux
ks a 'path: app' >flux/a.yaml
cp flux/a.yaml flux/b.yaml
refused 'two of one name' \
    '^render: flux/b\.yaml:1: Kustomization/default/a: is already in flux/a\.yaml:1$' \
    flux
rm flux/b.yaml
echo 'x: {{ .Values.x }}' >flux/template.yaml
status 'a template that names no Kustomization' 0 render --flux flux
echo 'apiVersion: kustomize.toolkit.fluxcd.io/v1' >>flux/template.yaml
refused 'a template that does' 'flux/template\.yaml:' flux
rm flux/template.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: [\n' \
    >app/b.yaml
refused 'a broken object' 'app/b\.yaml:' flux
printf 'just: data\n' >app/b.yaml
refused 'a document that is no object' 'app/b\.yaml:1' flux
printf 'apiVersion: v1\nkind: X\nmetadata: {name: b}\nn: .inf\n' \
    >app/b.yaml
refused 'a number that JSON does not have' 'app/b\.yaml:4:4: ' flux
refused 'a file that is not there' 'none: No such file' none
status '--flux without a path' 2 render --flux
status '--root without --flux' 2 render --root . app
status 'a reorder that is none' 2 render --reorder maybe app

done_testing
