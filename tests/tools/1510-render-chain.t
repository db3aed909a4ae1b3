#!/bin/sh
# Chains as people keep them: Kustomizations that build Kustomizations, values
# from the cluster, encrypted files, stages to leave out.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/flux.sh"

stages() { # what comes after what, and how many objects each stage has
	graph-order --format text <out | tr -s ' ' >got
}

# --- Kustomizations that a stage builds --------------------------------------

mkdir -p flux apps/web/app apps/db/app
ks apps 'path: apps' 'patches:' \
    '- target: {kind: Kustomization}' \
    '  patch: |' \
    '    - {op: add, path: /spec/commonMetadata, value: {labels: {by: apps}}}' \
    >flux/apps.yaml
cm common >apps/common.yaml
for app in web db; do
	ks $app "path: apps/$app/app" >apps/$app/ks.yaml
	printf 'namespace: %s\nresources: [ks.yaml]\n' $app \
	    >apps/$app/kustomization.yaml
	cm $app >apps/$app/app/cm.yaml
done
echo '  dependsOn: [{name: db, namespace: db}]' >>apps/web/ks.yaml
echo 'resources: [common.yaml, web, db]' >apps/kustomization.yaml
status 'without --recursive they are objects' 0 render --flux flux
stages
is 'of the one stage' 'default/apps 3 objects' "$(cat got)"
status 'with --recursive they are stages' 0 render --flux --recursive flux
stages
cat >want <<'END'
default/apps 1 object
db/db 1 object, after default/apps
web/web 1 object, after db/db default/apps
END
same 'after the one that holds them' want got
json 'with what its patches made of them' '"apps"' \
    'select(.stage=="web/web" and .object).object.metadata.labels.by' out
status 'one of them can be left out' 0 render --flux --recursive --skip db flux
stages
cat >want <<'END'
default/apps 1 object
web/web 1 object, after default/apps
END
same 'and what came after it goes on' want got
status 'the one that holds them too' 0 render --flux --recursive --skip apps flux
stages
is 'with them' '' "$(cat got)"
echo '  suspend: true' >>apps/db/ks.yaml
status 'a suspended one' 0 render --flux --recursive flux
like 'is left out' '^render: Kustomization/db/db: is suspended' err
sed -i 's/suspend/suspended/' apps/db/ks.yaml
refused 'a broken one' \
    '^render: apps/db/ks\.yaml:1: Kustomization/db/db: spec\.suspended: unknown field, maybe suspend$' \
    --recursive flux
sed -i '/suspended/d' apps/db/ks.yaml
cp apps/db/ks.yaml flux/db.yaml
sed -i 's/^  name: db/&\n  namespace: db/' flux/db.yaml
refused 'one that is in the files as well' \
    'Kustomization/db/db: is already in flux/db\.yaml:1$' --recursive flux
rm flux/db.yaml
# A circle of Kustomizations that build each other ends.
ks self 'path: flux' >flux/self.yaml
refused 'one that builds itself' 'is already in flux/' --recursive flux
rm flux/self.yaml

# --- no stage at all ---------------------------------------------------------

mkdir plain
cm one >plain/cm.yaml
refused 'a path without any stage' \
    '^render: plain: there is no Flux Kustomization$' flux plain
status 'an input without any' 2 render --flux - </dev/null
like 'is refused too' '^render: standard input: there is no' err

# --- stages to leave out -----------------------------------------------------

rm -rf flux apps && mkdir flux app
cm one >app/a.yaml
ks a 'path: app' >flux/a.yaml
ks b 'path: nowhere' 'ignore: []' 'kubeConfig: {}' \
    'dependsOn: [{name: a}]' >flux/b.yaml
ks c 'path: app' 'dependsOn: [{name: b}]' >flux/c.yaml
refused 'a stage that asks for too much' \
    '^render: flux/b\.yaml:10:3: Kustomization/default/b: spec\.ignore: ' flux
for name in b default/b; do
	status "without it, by $name" 0 render --flux --skip $name flux
	json 'what came after it comes after what it came after' \
	    '["default/a"]' 'select(.stage=="default/c" and .after).after' out
	is 'and nothing is said' '' "$(cat err)"
done
refused 'to skip what is not there' \
    '^render: --skip x: there is no such stage$' --skip x flux
ks a 'path: app' | sed 's/^  name: a/&\n  namespace: other/' >flux/d.yaml
refused 'to skip one of two' \
    '^render: --skip a: there are default/a and other/a$' --skip b --skip a flux
status 'unless it is said which' 0 render --flux --skip b --skip other/a flux
echo '  suspend: true' >>flux/b.yaml
status 'a suspended stage may ask for anything' 0 render --flux flux
status '--skip is for chains' 2 render --skip b app
like 'which is said' 'need --flux' err

# --- values from elsewhere ---------------------------------------------------

rm -rf flux app && mkdir flux app
cm one 'a: "${a} ${b:=b} ${c:=c}"' >app/a.yaml
ks a 'path: app' 'postBuild:' '  substitute: {c: inline}' \
    '  substituteFrom:' \
    '  - {kind: ConfigMap, name: settings}' \
    '  - {kind: Secret, name: more, optional: true}' >flux/a.yaml
refused 'a ConfigMap that is not given' \
    '^render: flux/a\.yaml:13:7: Kustomization/default/a: spec\.postBuild\.substituteFrom\[0]: ConfigMap/default/settings is in no file of --substitute-from$' \
    flux
cm settings 'a: settings' 'c: settings' >values.yaml
status 'one that is' 0 render --flux --substitute-from values.yaml flux
json 'has its values, but not those given inline' '"settings b inline"' \
    '.object.data.a // empty' out
cat >secret.json <<'END'
{"apiVersion":"v1","kind":"List","items":[
 {"apiVersion":"v1","kind":"Secret","metadata":{"name":"more","namespace":"elsewhere"},"data":{"a":"bm8="}},
 {"apiVersion":"v1","kind":"Secret","metadata":{"name":"more","namespace":"default"},"data":{"a":"c2VjcmV0Cg=="},"stringData":{"b":"text"}}]}
END
status 'a Secret' 0 render --flux --substitute-from values.yaml \
    --substitute-from secret.json flux
json 'is decoded, loses its newlines, and wins since it is later' \
    '"secret text inline"' '.object.data.a // empty' out
sed 's/c2VjcmV0Cg==/hidden!/' secret.json >broken.json
refused 'a value that is no base64' \
    'substituteFrom\[1]: Secret/default/more: the value of a is no base64$' \
    --substitute-from values.yaml --substitute-from broken.json flux
unlike 'and not shown' hidden err
cm settings 'a.b: x' >dotted.yaml
refused 'a key that can name no variable' \
    "substituteFrom\[0]: ConfigMap/settings: a\.b can't be the name of a variable" \
    --substitute-from dotted.yaml flux
refused 'a file of values that is not there' \
    '^render: --substitute-from: nowhere: ' --substitute-from nowhere flux

# --- encrypted files ---------------------------------------------------------

ks a 'path: app' 'decryption: {provider: sops, secretRef: {name: age}}' \
    >flux/a.yaml
cm one >app/a.yaml
status 'decryption of nothing' 0 render --flux flux
value='ENC[AES256_GCM,data:c2VjcmV0,iv:eA==,tag:eA==,type:str]'
cat >app/secret.yaml <<END
apiVersion: v1
kind: Secret
metadata: {name: password}
data: {password: "$value"}
sops: {mac: "$value", version: 3.9.0}
END
refused 'an encrypted Secret' \
    '^render: app/secret\.yaml:5: Secret/password: is encrypted with SOPS' flux
sed -i '/^sops/d; s/^data/stringData/' app/secret.yaml
refused 'one that is in part' 'Secret/password: is encrypted' flux
rm app/secret.yaml
printf 'password=%s\nsops_mac=x\n' "$value" >app/secret.env
cat >app/kustomization.yaml <<'END'
resources: [a.yaml]
secretGenerator: [{name: generated, files: [secret.env]}]
END
refused 'a Secret of an encrypted file' 'Secret/generated-.*: is encrypted' flux
status 'without that stage there is none' 0 render --flux --skip a flux

done_testing
