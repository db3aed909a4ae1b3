#!/bin/sh
. "${0%/*}/../lib.sh"

# object KIND NAME FIELDS: one line; FIELDS is JSON without the outer braces.
object() {
	case $1 in
	Job) api=batch/v1 ;;
	Deployment) api=apps/v1 ;;
	Widget) api=example.com/v1 ;;
	*) api=v1 ;;
	esac
	printf '{"apiVersion":"%s","kind":"%s","metadata":{"name":"%s"},%s}\n' \
	    "$api" "$1" "$2" "$3"
}

job() {
	object Job "$1" '"spec":{"template":{"spec":{"containers":[
	    {"name":"a","image":"a:1"},{"name":"b","image":"b:'"$2"'"}]}}}' |
	    tr -d '\n\t'
	echo
}

common_checks diff-immutable --offline

status 'an unknown output is refused' 2 diff-immutable -o xml </dev/null
status 'so is a missing old stream' 2 \
    diff-immutable --old nothing </dev/null
like 'by its name' '^diff-immutable: nothing: No such file' err
status 'and an argument' 2 diff-immutable file </dev/null

# Without anything to compare with, all is new.
object ConfigMap a '"data":{"k":"v"}' >new
status 'offline, all is new' 1 diff-immutable --offline <new
json 'and would be created' '"create"' 'select(.diff).diff.action' out

# Against an older stream.
{
	object ConfigMap same '"data":{"k":"v"}'
	object ConfigMap changed '"data":{"k":"v","gone":"x"}'
	object ConfigMap old '"data":{}'
	object Secret hidden '"data":{"password":"b2xkb2xk","same":"c2FtZQ=="}'
	job job 1
	object Deployment app '"spec":{"selector":{"a":"b"},"replicas":1}'
	object Widget w '"spec":{"a":[1,2]}'
} >old
{
	object ConfigMap same '"data":{"k":"v"}'
	object ConfigMap changed '"data":{"k":"w"}'
	object ConfigMap new '"data":{}'
	object Secret hidden '"stringData":{"password":"newnew","same":"same"}'
	job job 2
	object Deployment app '"spec":{"selector":{"a":"c"},"replicas":2}'
	object Widget w '"spec":{"a":[1,3]}'
} >new
status 'differences are status 1' 1 diff-immutable --old old <new
t_actions=$(jq -c -s '[.[]|select(.diff)|[.object.metadata.name,.diff.action]]' out)
is 'what happens to each object' \
    '[["same","none"],["changed","update"],["new","create"],["hidden","update"],["job","recreate"],["app","recreate"],["w","update"],["old","delete"]]' \
    "$t_actions"
json 'fields are JSON pointers, with what they were and will be' \
    '[{"path":"/data/k","from":"v","to":"w"},{"path":"/data/gone","from":"x"}]' \
    'select(.object.metadata.name=="changed").diff.fields' out
json 'elements of lists are matched by their merge key' \
    '[{"path":"/spec/template/spec/containers/1/image","from":"b:1","to":"b:2","immutable":true}]' \
    'select(.object.metadata.name=="job").diff.fields' out
json 'only what is immutable is marked' '[true,null]' \
    'select(.object.metadata.name=="app").diff.fields|map(.immutable)' out
json 'data of a Secret is not told' \
    '[{"path":"/data/password","from":"***","to":"***"}]' \
    'select(.object.metadata.name=="hidden").diff.fields' out
json 'the record itself is passed on' '"newnew"' \
    'select(.object.metadata.name=="hidden").object.stringData.password' out
is 'the last line ends the stream' end "$(tail -n 1 out | jq -r .type)"

status 'equal streams are status 0' 0 diff-immutable --old old <old
diff-immutable --offline --old old <old >none
status 'what was compared can be compared again' 0 \
    diff-immutable --old none <none

status 'a summary' 1 diff-immutable --old old -o summary <new
like 'has a line for each object' '^update    ConfigMap/default/changed  data.k "v" -> "w", data.gone "x" -> \(none\)$' out
like 'names elements by their key' \
    '^recreate  Job/default/job  spec.template.spec.containers\[b\].image "b:1" -> "b:2" \(immutable\)$' out
is 'and a closing line' \
    '1 create, 3 update, 2 recreate, 1 delete, 1 same' "$(tail -n 1 out)"
unlike 'but nothing secret' 'newnew|b2xkb2xk|bmV3bmV3' out

status 'a diff' 1 diff-immutable --old old -o diff <new
like 'of YAML' '^\+  k: w$' out
like 'of files as kubectl names them' \
    '^--- .*/LIVE-[0-9]+/v1\.ConfigMap\.default\.changed' out
like 'marks what differs in a Secret' '^-  password: .\*\*\* \(before\)' out
like 'on both sides' '^\+  password: .\*\*\* \(after\)' out
unlike 'and shows none of it' 'newnew|b2xkb2xk|bmV3bmV3' out
status 'no differences, no diff' 0 diff-immutable --old old -o diff <old
ok 'at all' [ ! -s out ]

cat >show <<'S'
#!/bin/sh
echo "args $#: $1 $2"
ls "$3" "$4"
exit 1
S
chmod +x show
export KUBECTL_EXTERNAL_DIFF="$T_DIR/show -x *;y"
status 'an external diff' 1 diff-immutable --old old -o diff <new
like 'gets its arguments untouched by a shell' '^args 4: -x \*;y$' out
export KUBECTL_EXTERNAL_DIFF=no-such-program
status 'that can not be run' 2 diff-immutable --old old -o diff <new
like 'is said' '^diff-immutable: no-such-program failed: not found$' err
unset KUBECTL_EXTERNAL_DIFF
mkdir tmp
TMPDIR=$T_DIR/tmp diff-immutable --old old -o diff <new >out
is 'nothing stays in TMPDIR' '' "$(ls tmp)"

# Rules of a definition that comes along.
cat >crd <<'S'
{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"kind":"Widget","plural":"widgets"},"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-validations":[{"rule":"oldSelf.class == self.class"}],"properties":{"class":{},"list":{"items":{"properties":{"k":{"x-kubernetes-validations":[{"rule":"self==oldSelf"}]}}}},"odd":{"x-kubernetes-validations":[{"rule":"self >= oldSelf"}]},"free":{"x-kubernetes-validations":[{"rule":"self > 0"}]}}}}}}}]}}
S
widget() { { cat crd; object Widget w "\"spec\":{$1}"; } >"$2"; }
widget_changes() {
	widget "$1" a
	widget "$2" b
	run diff-immutable --old a <b
	jq -c 'select(.diff and .object.kind == "Widget").diff
	    | [.action, (.fields // [] | map(.immutable)), .reason]' out
}
is 'a field that must stay' '["recreate",[true],null]' \
    "$(widget_changes '"class":"a"' '"class":"b"')"
is 'a field below a list' '["recreate",[true],null]' \
    "$(widget_changes '"list":[{"k":1}]' '"list":[{"k":2}]')"
is 'a rule that is not for updates' '["update",[null],null]' \
    "$(widget_changes '"free":1' '"free":2')"
is 'a field that may be added' '["update",[null],null]' \
    "$(widget_changes '"free":1' '"free":1,"class":"a"')"
is 'a rule that takes a server' \
    '["update",[null],"its definition has rules that only a server can judge"]' \
    "$(widget_changes '"odd":1' '"odd":2')"

# Whether a Job would run, and why: what it reads counts where it says so.
run_of() { jq -c 'select(.object.kind == "Job") | .diff.run' out; }
status 'a Job whose template changes' 1 diff-immutable --old old <new
is 'would run' \
    '{"runs":true,"why":"spec.template.spec.containers[b].image changes"}' \
    "$(run_of)"
run diff-immutable --old old <old
is 'an equal one would not' '{"runs":false,"why":"nothing changes"}' "$(run_of)"

# reader HOW: a Job that reads one thing, and what it reads and does not.
reader() {
	object ConfigMap read '"data":{"k":"1"}'
	object ConfigMap other '"data":{"k":"1"}'
	object Secret hidden '"data":{"password":"b2xk"}'
	printf '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j",'
	printf '"annotations":{"poundlock/run":"on-config-change"}},"spec":'
	printf '{"template":{"spec":{"restartPolicy":"Never",%s}}}}\n' "$1"
}
# reads WHAT HOW: with a Job that reads WHAT in that way, a change of it counts.
reads() {
	reader "$2" >old
	case $1 in
	Secret/*) sed 's/"data":{"password":"b2xk"}/"stringData":{"password":"new"}/' old ;;
	*) sed '1s/"1"/"2"/' old ;;
	esac >new
	run diff-immutable --old old <new
	is "a Job reads it: $2" \
	    "[\"recreate\",{\"runs\":true,\"why\":\"$1 changes\"}]" \
	    "$(jq -c 'select(.object.kind == "Job").diff | [.action, .run]' out)"
	run diff-immutable --old new <new
	is 'but it does not run for nothing' 0 "$rc"
}
reads ConfigMap/read '"volumes":[{"name":"v","configMap":{"name":"read"}}]'
reads Secret/hidden '"volumes":[{"name":"v","secret":{"secretName":"hidden"}}]'
for t_source in '"configMap":{"name":"read"}' '"secret":{"name":"hidden"}'; do
	case $t_source in *hidden*) t_what=Secret/hidden ;; *) t_what=ConfigMap/read ;; esac
	reads $t_what \
	    '"volumes":[{"name":"v","projected":{"sources":[{'"$t_source"'}]}}]'
done
for t_list in containers initContainers; do
	for t_from in 'ConfigMap/read envFrom configMapRef' 'Secret/hidden envFrom secretRef' \
	    'ConfigMap/read env configMapKeyRef' 'Secret/hidden env secretKeyRef'; do
		# shellcheck disable=SC2086 # three words
		set -- $t_from
		t_ref='"'$3'":{"name":"'${1#*/}'"}'
		[ "$2" = envFrom ] || t_ref='"name":"E","valueFrom":{'$t_ref'}'
		reads "$1" "\"$t_list\":[{\"name\":\"c\",\"$2\":[{$t_ref}]}]"
	done
done
t_mount='"volumes":[{"name":"v","configMap":{"name":"read"}}]'
reader "$t_mount" >old
sed '2s/"1"/"2"/' old >new
run diff-immutable --old old <new
json 'what it does not read does not count' '"none"' \
    'select(.object.kind == "Job").diff.action' out
sed 's/on-config-change/on-change/' old >silent
sed '1s/"1"/"2"/' silent >new
run diff-immutable --old silent <new
json 'nothing does where nobody has asked' '["none",null]' \
    'select(.object.kind == "Job") | [.diff.action, .reads]' out
sed 's/on-config-change/whenever/' old >new
status 'another word is refused' 2 diff-immutable --old old <new
like 'by its name' '^diff-immutable: Job/default/j: .* poundlock/run is whenever: ' err

# In another stage of the chain, of which the Job's own knows but the name.
{
	printf '{"type":"begin","tool":"render","stream":1}\n'
	for t_stage in '"ns/a","after":[]' '"ns/b","after":["ns/a"]'; do
		printf '{"type":"stage","stage":%s,"spec":{}}\n' "$t_stage"
	done
	reader "$t_mount" | jq -c '{type: "object",
	    stage: (if .kind == "Job" then "ns/b" else "ns/a" end), object: .}'
	printf '{"type":"end","tool":"render"}\n'
} >chain
graph-order --stage b <chain >old
sed '/"read"/s/"1"/"2"/' chain | graph-order --stage b >new
json 'graph-order notes what the Job reads elsewhere' '["ConfigMap/read"]' \
    'select(.reads).reads | keys' new
status 'so that a change of that counts too' 1 diff-immutable --old old <new
is 'by its name again' '{"runs":true,"why":"ConfigMap/read changes"}' "$(run_of)"

# Streams with stages.
cat >staged <<'S'
{"type":"begin","tool":"render","stream":1}
{"type":"stage","stage":"flux-system/app","after":[],"spec":{"targetNamespace":"web"}}
{"type":"object","stage":"flux-system/app","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}}
{"type":"object","stage":"flux-system/app","error":{"tool":"x","reason":"y","message":"z"},"object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}}
{"type":"note","any":"thing"}
{"type":"end","tool":"render","stages":1,"objects":2}
S
status 'a stream with stages' 1 diff-immutable --offline <staged
is 'keeps its order and its unknown types' \
    'begin begin stage object object note end end' \
    "$(jq -r .type out | xargs)"
json 'leaves errors of earlier tools alone' 'null' \
    'select(.error).diff' out
status 'the stage says where its objects go' 1 \
    diff-immutable --offline -o diff <staged
like 'namespace' '^\+  namespace: web$' out
like 'and whose they are' '^\+    applyset.kubernetes.io/part-of: applyset-' out

sed '$d' staged >cut
status 'a stream that ends early is refused' 2 diff-immutable --offline <cut
like 'with the reason' '^diff-immutable: standard input: the stream ends early' err

cat >kubeconfig <<'S'
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
S
status 'a server that is not there' 3 diff-immutable \
    --kubeconfig kubeconfig --request-timeout 2s <new
is 'gives one line' 1 "$(wc -l <err)"
unlike 'and a stream that is not whole' '"type":"end"' out

done_testing
