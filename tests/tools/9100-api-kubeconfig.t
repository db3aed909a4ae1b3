#!/bin/sh
# Who we are and where the server is: kubeconfigs as kubectl reads them.
. "${0%/*}/../lib.sh"
need_cluster
need_tool apicat openssl jq

kubectl config view --raw --minify --flatten -o json >all.json
server=$(jq -r '.clusters[0].cluster.server' all.json)
jq -r '.clusters[0].cluster."certificate-authority-data"' all.json |
    base64 -d >ca.pem
jq -r '.users[0].user."client-certificate-data"' all.json | base64 -d >cl.pem
jq -r '.users[0].user."client-key-data"' all.json | base64 -d >cl.key

# config FILE CLUSTER USER: a kubeconfig with one context, in YAML.
config() {
	cat >"$1" <<-Y
		apiVersion: v1
		kind: Config
		clusters: [{name: c, cluster: {server: "$server", $2}}]
		users: [{name: u, user: {$3}}]
		contexts: [{name: x, context: {cluster: c, user: u}}]
		current-context: x
	Y
}

cats() { run apicat --kubeconfig "$1" GET /api/v1/namespaces/default; }

# works DESC FILE; fails DESC FILE STATUS REGEX
works() {
	cats "$2"
	is "$1" 0 "$rc"
}
fails() {
	cats "$2"
	is "$1" "$3" "$rc"
	cat out err >said
	like "$1, and why" "$4" said
}

ca='certificate-authority: ca.pem'
cl='client-certificate: cl.pem, client-key: cl.key'
as=$(kubectl -n default create token default --duration=10m)

# --- certificates and trust

mkdir sub
cp ca.pem cl.pem cl.key sub
config sub/files "$ca" "$cl"
works 'files are relative to the kubeconfig' sub/files
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout other.key -out other.pem -days 1 -subj /CN=other 2>/dev/null
config wrong-ca 'certificate-authority: other.pem' "$cl"
fails 'a wrong authority' wrong-ca 3 'certificate'
config no-ca '' "$cl"
fails 'no authority: those of the system count' no-ca 3 'certificate'
config insecure 'insecure-skip-tls-verify: true' "$cl"
works 'the kubeconfig may ask not to verify' insecure
config sni "$ca, tls-server-name: kubernetes.default.svc" "$cl"
works 'tls-server-name is what the certificate must name' sni
config bad-sni "$ca, tls-server-name: example.org" "$cl"
fails 'another tls-server-name' bad-sni 3 'example.org'
config other "$ca" 'client-certificate: other.pem, client-key: other.key'
fails 'a client certificate that the server does not know' other 3 \
    '^401 3 Unauthorized'
config no-key "$ca" 'client-certificate: cl.pem'
fails 'a certificate without its key' no-key 2 'user u: client-key is missing'
config bad-data 'certificate-authority-data: "%%%"' "$cl"
fails 'data that is not base64' bad-data 2 \
    'bad-data: certificate-authority-data: not base64'
config gone "$ca" 'client-certificate: none.pem, client-key: cl.key'
fails 'a file that is not there' gone 2 \
    'gone: client-certificate: .*none.pem: No such file'
server=https://127.0.0.1:1 config refused "$ca" "$cl"
run apicat --request-timeout 1s --kubeconfig refused GET /version
is 'a server that is not there' 3 "$rc"
like 'is said in the words of the network' '127.0.0.1.*connect' out

# --- tokens

config token "$ca" "token: $as"
fails 'a token is somebody' token 3 'User "system:serviceaccount:default:def'
config bad-token "$ca" 'token: nonsense'
fails 'a wrong token' bad-token 3 '^401 3 Unauthorized'
echo "$as" >token.txt
config token-file "$ca" 'tokenFile: token.txt'
fails 'a token file' token-file 3 'User "system:serviceaccount:default:def'
: >token.txt
fails 'an empty one' token-file 3 'token.txt: holds no token'
config both "$ca" "$cl, as: nobody, as-groups: [g]"
fails 'impersonation by the kubeconfig' both 3 'User "nobody" cannot'
run apicat --kubeconfig token --as x --as-group y GET /api/v1/namespaces/default
like 'impersonation by option' 'cannot impersonate' out
run apicat --kubeconfig sub/files --as-group y GET /version
is 'a group without a user' 2 "$rc"
config gcp "$ca" 'auth-provider: {name: gcp}'
fails 'auth-provider is refused by name' gcp 2 'gcp: user u: auth-provider'

# --- several files, contexts

cat >first <<Y
current-context: two
contexts:
- {name: one, context: {cluster: nowhere, user: u}}
- {name: two, context: {cluster: c, user: u, namespace: ns2}}
users:
- {name: u, user: {$cl}}
Y
config second "$ca" 'token: nonsense'
: >empty
list=first:none:empty::second
run env KUBECONFIG=$list apicat GET /api/v1/namespaces/default
is 'the first file that has an entry wins' 0 "$rc"
run env KUBECONFIG=$list apicat --context one GET /version
is 'a context without its cluster' 2 "$rc"
like 'is named' 'no kubeconfig has the cluster nowhere' err
run env KUBECONFIG=$list apicat --context three GET /version
like 'a context that nobody has is named' 'has the context three' err
run apicat --kubeconfig none GET /version
is 'a file that is named must be there' 2 "$rc"
echo 'clusters: [' >broken
fails 'broken YAML has its place' broken 2 '^apicat: broken:[0-9]+:[0-9]+: '
echo '{"kind": "Config"}' >bare
fails 'no context at all' bare 2 'bare: current-context is not set'
run env -u KUBECONFIG -u KUBERNETES_SERVICE_HOST HOME=/nonexistent \
    apicat GET /version
is 'no kubeconfig at all' 2 "$rc"
like 'is said' 'no kubeconfig' err

# --- exec plugins

cat >plugin <<'P'
#!/bin/sh
echo "run $KUBERNETES_EXEC_INFO $A $1" >>"$LOG"
printf '{"apiVersion":"client.authentication.k8s.io/v1",
    "kind":"ExecCredential","status":%s}' "$(cat "$ANSWER")"
P
chmod +x plugin
exec_as() {
	config "$1" "$ca" "exec: {apiVersion: client.authentication.k8s.io/v1,
	    command: ./plugin, args: [get], interactiveMode: Never, $2
	    env: [{name: A, value: b}]}"
}
LOG=$T_DIR/log
ANSWER=$T_DIR/answer
export LOG ANSWER
answer() { jq -cn "$@" >answer; }
answer --arg t "$as" '{token: $t}'
exec_as plain ''
fails 'a plugin gives a token' plain 3 'serviceaccount:default:default'
like 'it is run with its arguments and environment' \
    '"interactive":false.* b get$' log
unlike 'and not told of the cluster' '"cluster"' log
exec_as told 'provideClusterInfo: true,'
fails 'a plugin that asks for the cluster' told 3 'serviceaccount'
like 'is told of it' "\"server\":\"$server\"" log
unlike 'the token is in no message' "$as" said

mkdir -m 700 rundir
POUNDLOCK_RUN_DIR=$T_DIR/rundir
export POUNDLOCK_RUN_DIR
: >log
for i in 1 2 3; do
	apicat --kubeconfig plain GET /version >"out$i" &
	pids="${pids-} $!"
done
for p in $pids; do command wait "$p"; done
is 'three processes of a run start it once' 1 "$(grep -c ^run log)"
is 'what they share is for the user alone' 600 \
    "$(stat -c %a rundir/credential-*)"
answer --arg t "$as" \
    '{token: $t, expirationTimestamp: "2020-01-01T00:00:00Z"}'
rm rundir/*
: >log
cats plain
cats plain
is 'an expired token is not used again' yes \
    "$([ "$(grep -c ^run log)" -ge 2 ] && echo yes)"
answer '{token: "nonsense"}'
rm rundir/*
: >log
fails 'a token that the server refuses' plain 3 '^401'
is 'is asked for once more' 2 "$(grep -c ^run log)"
unset POUNDLOCK_RUN_DIR

answer --rawfile c cl.pem --rawfile k cl.key \
    '{clientCertificateData: $c, clientKeyData: $k}'
works 'a plugin gives a certificate' plain
answer '{x: 1}'
fails 'an answer with nothing in it' plain 3 'no token and no certificate'
config missing "$ca" "exec: {apiVersion: client.authentication.k8s.io/v1,
    command: ./none, installHint: get it there}"
fails 'a plugin that is not there' missing 3 'none: not found: get it there'
config failing "$ca" "exec: {apiVersion: client.authentication.k8s.io/v1,
    command: 'false'}"
fails 'a plugin that fails' failing 3 'plugin false: exited with status 1'
config alpha "$ca" "exec: {apiVersion: client.authentication.k8s.io/v1alpha1,
    command: ./plugin}"
fails 'a version that is no more' alpha 2 'alpha: exec: apiVersion'
exec_as always ''
sed -i 's/Never/Always/' always
run apicat --kubeconfig always GET /version </dev/null
like 'a plugin that must have a terminal' 'needs a terminal' out
done_testing
