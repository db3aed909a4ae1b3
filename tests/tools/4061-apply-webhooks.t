#!/bin/sh
# apply: admission webhooks that refuse, or do not answer; a conflict on every
# write; credentials that have expired.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl faultproxy openssl
need_cluster
new_namespace
spec='{"force":true,"prune":true,"timeout":"20s"}'

# hook NAME URL FAILUREPOLICY [CA]: for the objects of this namespace alone.
hook() {
	cat <<-J | kubectl create -f - >/dev/null
		{"apiVersion":"admissionregistration.k8s.io/v1",
		 "kind":"ValidatingWebhookConfiguration",
		 "metadata":{"name":"$NS-$1"},
		 "webhooks":[{"name":"$1.example.com","sideEffects":"None",
		  "admissionReviewVersions":["v1"],"timeoutSeconds":1,
		  "failurePolicy":"$3","clientConfig":{"url":"$2","caBundle":"${4-}"},
		  "namespaceSelector":{"matchLabels":
		   {"kubernetes.io/metadata.name":"$NS"}},
		  "rules":[{"apiGroups":[""],"apiVersions":["v1"],
		   "operations":["*"],"resources":["configmaps","secrets"]}]}]}
	J
}
unhook() { kubectl delete validatingwebhookconfiguration "$NS-$1" >/dev/null; }
# policy: no ConfigMap whose data.a is "bad".
policy() {
	cat <<-J | kubectl create -f - >/dev/null
		{"apiVersion":"admissionregistration.k8s.io/v1",
		 "kind":"ValidatingAdmissionPolicy","metadata":{"name":"$NS"},
		 "spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],
		   "apiVersions":["v1"],"operations":["CREATE","UPDATE"],
		   "resources":["configmaps"]}]},
		  "validations":[{"message":"not here",
		   "expression":"!has(object.data) || object.data.?a.orValue('') != 'bad'"}]}}
		{"apiVersion":"admissionregistration.k8s.io/v1",
		 "kind":"ValidatingAdmissionPolicyBinding",
		 "metadata":{"name":"$NS"},"spec":{"policyName":"$NS",
		  "validationActions":["Deny"],"matchResources":{
		   "namespaceSelector":{"matchLabels":
		    {"kubernetes.io/metadata.name":"$NS"}}}}}
	J
}

{ config a 1 && config b 1; } | stage "$NS/app" "$spec" >in
status 'a stage' 0 apply <in
old=$(uid configmap/a)

# --- one that refuses

policy
denied() {
	config probe bad | kc apply --dry-run=server -f - 2>&1 |
		grep -q 'not here'
}
ok 'a policy refuses some objects' eventually 30 denied
{ config a bad && config b 2; } | stage "$NS/app" "$spec" >in
run diff-immutable <in
is 'diff-immutable says so' 4 "$rc"
mv out plan
status 'and apply writes nothing of the stage' 4 apply --force <plan
is 'what is there stays' "1 1 $old" "$(kc get configmap a b -o \
    jsonpath='{.items[*].data.a}') $(uid configmap/a)"
status 'without a plan neither' 4 apply --force <in
is 'the object is not deleted' "1 $old" \
    "$(kc get configmap a -o jsonpath='{.data.a}') $(uid configmap/a)"
like 'its words are told' 'not here' err
kubectl delete validatingadmissionpolicybinding,validatingadmissionpolicy \
    "$NS" >/dev/null

# --- one that does not answer

{ config a 3 && config b 3; } | stage "$NS/app" "$spec" >in
hook dead https://127.0.0.1:1/ Fail
down() {
	config probe x | kc apply --dry-run=server -f - 2>&1 |
		grep -q 'failed calling webhook'
}
ok 'a webhook is down' eventually 30 down
status 'nothing can be compared' 3 diff-immutable <in
status 'nor applied' 3 apply --force <in
like 'who is at fault is named' 'failed calling webhook .*dead.example.com' err
is 'nothing is deleted for it' "$old" "$(uid configmap/a)"
unhook dead
up() { ! down; }
ok 'it is gone' eventually 30 up
status 'then all goes through' 0 apply <in
is 'as it should' '3 3' \
    "$(kc get configmap a b -o jsonpath='{.items[*].data.a}')"

# --- one that takes too long

{ config a 3 && config b 33; } | stage "$NS/app" "$spec" >in
proxy 'POST /slow * hang'
of() { kubectl --kubeconfig kc config view --raw -o jsonpath="{.clusters[0].cluster.$1}"; }
hook slow "$(of server)/slow" Fail "$(of certificate-authority-data)"
ok 'a webhook is slow' eventually 30 down
status 'and the server gives it up' 3 apply --force --request-timeout 5s <in
like 'which is told' 'failed calling webhook .*slow.example.com.*deadline' err
is 'nothing is deleted for it either' "$old 3" \
    "$(uid configmap/a) $(kc get configmap b -o jsonpath='{.data.a}')"
unhook slow
ok 'it is gone as well' eventually 30 up
status 'and all goes through' 0 apply <in

# --- a conflict on every write

{ config a 4 && config b 4; } | stage "$NS/app" "$spec" >in
run diff-immutable <in
mv out plan
proxy 'PATCH configmaps/ * status=409'
status 'a conflict on every write' 4 apply --kubeconfig kc <plan
ok 'ends' [ "$(grep -c '^PATCH' log)" -le 60 ]
status 'the next run goes through' 0 apply <in
# Another writer is quicker each of the first times.
{ config a 5 && config b 5; } | stage "$NS/app" "$spec" >in
run diff-immutable <in
mv out plan
proxy 'PATCH configmaps/a?fieldManager 1-5 status=409'
status 'one that loses five times' 0 apply --kubeconfig kc <plan
is 'wins in the end' '5 5' \
    "$(kc get configmap a b -o jsonpath='{.items[*].data.a}')"

# --- a token that expires in the middle of the writes

many() {
	jq -nc --arg v "$1" 'range(60) | {apiVersion: "v1", kind: "ConfigMap",
	    metadata: {name: "m\(.)"}, data: {a: $v}}' | stage "$NS/many" "$spec"
}
written() { # written VALUE: how many of them have it
	kc get configmap -o json | jq --arg v "$1" '[.items[]
	    | select((.metadata.name | startswith("m")) and .data.a == $v)]
	    | length'
}
rotate() { # rotate COMMAND...: another token counts after the first writes
	"$@" <in >/dev/null &
	writer=$!
	eventually 30 sh -c '[ "$(grep -c "^PATCH .* 20[01] " log)" -ge 3 ]'
	echo "token$$-new" >token
	command wait "$writer"
}
cat >plugin <<'P'
#!/bin/sh
echo run >>runs
printf '{"apiVersion":"client.authentication.k8s.io/v1",
    "kind":"ExecCredential","status":{"token":"%s"}}' "$(cat token)"
P
chmod +x plugin

echo token1 >token
proxy -token token 'PATCH configmaps/m 6-500 delay=3000'
many 1 >in
status 'a token file that is written anew' 0 rotate apply --kubeconfig kc
is 'is read anew, and all is written' 60 "$(written 1)"
echo token1 >token
proxy -token token 'PATCH configmaps/m 6-500 delay=3000'
jq '.users[0].user = {exec: {command: "./plugin", interactiveMode: "Never",
    apiVersion: "client.authentication.k8s.io/v1"}}' kc >kc.exec
many 2 >in
status 'a token of a plugin that is refused' 0 \
    rotate apply --kubeconfig kc.exec
is 'is fetched anew, and all is written' 60 "$(written 2)"
ok 'after refusals' grep -q '^PATCH .* 401 ' log
is 'by one more run of the plugin' 2 "$(wc -l <runs)"
status 'none of them is needed any more' 0 apply --delete <in

# --- a certificate that has expired

kubectl config view --raw --minify --flatten -o json >all.json
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout me.key -out me.csr -subj /CN=me 2>/dev/null
openssl x509 -req -in me.csr -signkey me.key -days -1 -out me.pem 2>/dev/null
jq --arg c "$(base64 -w0 me.pem)" --arg k "$(base64 -w0 me.key)" \
    '.users[0].user = {"client-certificate-data": $c, "client-key-data": $k}' \
    all.json >expired
for tool in diff-immutable apply 'apply --prune' 'apply --delete'; do
	# shellcheck disable=SC2086 # a tool and its option
	status "$tool with a certificate that has expired" 3 \
	    $tool --kubeconfig expired <in
done
proxy -expired
for tool in diff-immutable apply 'apply --prune' 'apply --delete'; do
	# shellcheck disable=SC2086 # a tool and its option
	status "$tool where that of the server has expired" 3 \
	    $tool --kubeconfig kc --request-timeout 5s <in
	like 'says so' 'certificate has expired' err
done
config a 5 >one
status 'so does wait' 3 wait --kubeconfig kc --request-timeout 5s --timeout 9s <one
like 'and says so' 'certificate has expired' err
is 'and nothing happens' '5 5' \
    "$(kc get configmap a b -o jsonpath='{.items[*].data.a}')"

# --- a server that speaks HTTP/1.1 only

proxy -http1
config a 6 | stage "$NS/app" "$spec" >in
whole() {
	diff-immutable --kubeconfig kc <in | apply --kubeconfig kc |
	    env wait --kubeconfig kc | apply --prune --kubeconfig kc
}
status 'a whole stage goes through' 0 whole
is 'to its end' 'a 6' \
    "$(kc get configmap -l applyset.kubernetes.io/part-of -o \
	jsonpath='{range .items[*]}{.metadata.name} {.data.a}{end}')"

done_testing
