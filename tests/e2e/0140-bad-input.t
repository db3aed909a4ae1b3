#!/bin/sh
# What can't be right is said in one line, with its place, before anything is
# written; and so is a server that can't be reached or will not let us in.
. "${0%/*}/lib.sh"
need_cluster
new_namespace

# refused WHAT STATUS REGEX [ARG...]
refused() {
	t_refused=$1 t_status=$2 t_regex=$3
	shift 3
	since
	status "$t_refused: status $t_status" "$t_status" release "$@"
	like 'says what and where' "$t_regex" err
	is 'and writes nothing' '' "$(writes)"
}

example
edit deploy/service.yaml 's/^spec:/&\n\t- x/'
refused 'broken YAML' 2 '^render: .*deploy/service\.yaml:[0-9]+'

example
echo '- a list' >app/deploy/list.yaml
refused 'a document that is no object' 2 '^render: .*deploy/list\.yaml:1'

example
edit flux/deploy.yaml 's|./deploy/|./missing/|'
refused 'a path that is not there' 2 \
    '^render: .*flux/deploy\.yaml:[0-9]+.*path.*missing'

example
edit flux/deploy.yaml 's/app-pre-deploy/app-pre-delpoy/'
refused 'an unknown dependency' 2 'app-pre-delpoy'

example
edit flux/pre-deploy.yaml 's/^spec:/&\n  dependsOn: [{name: app-post-deploy}]/'
refused 'a cycle' 2 \
    '^graph-order: .*app-pre-deploy.*app-post-deploy|^graph-order: .*app-post-deploy.*app-pre-deploy'

example
cp app/deploy/service.yaml app/deploy/copy.yaml
refused 'two objects with one name' 2 \
    '^[a-z-]+: .*((copy|service)\.yaml.*my-app|my-app.*(copy|service)\.yaml)'

example
edit flux/deploy.yaml 's/^  prune:/  pruen:/'
refused 'an unknown field of a stage' 2 '^render: .*flux/deploy\.yaml:[0-9]+.*pruen'

example
edit flux/deploy.yaml 's/timeout: 5m/timeout: five/'
refused 'a duration that is none' 2 '^render: .*flux/deploy\.yaml:[0-9]+.*timeout'

example
echo 'resorces: [service.yaml]' >app/deploy/kustomization.yaml
refused 'an unknown field of a kustomization' 2 \
    '^render: .*deploy/kustomization\.yaml:1.*resorces'

example
edit deploy/deployment.yaml 's/replicas: 2/replicas: .inf/'
refused 'a number that JSON does not have' 2 \
    '^render: .*deploy/deployment\.yaml:[0-9]+'

example
sed 's|https://127.0.0.1:[0-9]*|https://127.0.0.1:1|' "$KUBECONFIG" >unreachable
refused 'a server that is not there' 3 '127\.0\.0\.1:1' \
    --kubeconfig "$T_DIR/unreachable" --timeout 3s

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout ca.key -out ca.crt -days 2 -subj /CN=other 2>/dev/null
sed "s|certificate-authority-data:.*|certificate-authority-data: $(base64 \
    -w 0 ca.crt)|" "$KUBECONFIG" >distrusted
refused 'a certificate that is not to be trusted' 3 '[Cc]ertificate' \
    --kubeconfig "$T_DIR/distrusted" --timeout 3s

refused 'a verb that is forbidden' 3 'forbidden.*nobody|nobody.*cannot' --as nobody

# A stage is tried as a whole before its first object changes.
edit deploy/deployment.yaml 's/replicas: 2/replicas: -1/'
since
status 'an object that the server finds invalid' 4 release
like 'is named, with its field' '^[a-z-]+: Deployment/.*/my-app: .*replicas' err
is 'and nothing of its stage is written' '' \
    "$(writes | grep -E 'services|ingresses|deployments')"

done_testing
