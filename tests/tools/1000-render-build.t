#!/bin/sh
# render builds kustomizations as kustomize does.  Where kustomize can be had,
# every case is held against it as well.
# shellcheck disable=SC2016
. "${0%/*}/../lib.sh"
theirs=$("$T_TOP/tests/peers/build" kustomize 2>/dev/null) && PATH=$theirs:$PATH

# Put standard input into a file, whose directory is made.
put() {
	mkdir -p "${1%/*}"
	cat >"$1"
}

# builds DESC DIR [ARG...]: standard input is what must come out.
builds() {
	desc=$1
	dir=$2
	shift 2
	cat >want
	status "$desc: builds" 0 render -o yaml "$@" "$dir"
	same "$desc: output" want out
	if command -v kustomize >/dev/null; then
		kustomize build "$@" "$dir" >theirs 2>/dev/null
		same "$desc: as kustomize has it" theirs out
	fi
}

# refuses DESC DIR REGEX [ARG...]: one line on standard error, no output.
refuses() {
	desc=$1
	dir=$2
	regex=$3
	shift 3
	status "$desc: is refused" 2 render -o yaml "$@" "$dir"
	is "$desc: in one line" 1 "$(wc -l <err | tr -d ' ')"
	like "$desc: says why" "$regex" err
	is "$desc: writes nothing" '' "$(cat out)"
}

put base/kustomization.yaml <<'END'
resources: [app.yaml, config.yaml]
END
put base/app.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: app
        image: nginx:1.25
        env:
        - {name: A, value: "1"}
        ports:
        - containerPort: 80
        envFrom:
        - configMapRef: {name: settings}
END
put base/config.yaml <<'END'
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data: {k: v}
END

# --- names, namespaces, labels, images, replicas ---------------------------

put fields/kustomization.yaml <<'END'
namePrefix: a-
nameSuffix: -z
namespace: prod
resources: [../base]
labels:
- pairs: {team: x}
  includeSelectors: true
commonAnnotations: {note: "1"}
images:
- {name: nginx, newName: example.com/nginx, newTag: "2"}
replicas:
- {name: web, count: 3}
END
builds 'transformations' fields <<'END'
apiVersion: v1
data:
  k: v
kind: ConfigMap
metadata:
  annotations:
    note: "1"
  labels:
    team: x
  name: a-settings-z
  namespace: prod
---
apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    note: "1"
  labels:
    team: x
  name: a-web-z
  namespace: prod
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
      team: x
  template:
    metadata:
      annotations:
        note: "1"
      labels:
        app: web
        team: x
    spec:
      containers:
      - env:
        - name: A
          value: "1"
        envFrom:
        - configMapRef:
            name: a-settings-z
        image: example.com/nginx:2
        name: app
        ports:
        - containerPort: 80
END

# --- patches ---------------------------------------------------------------

put patches/kustomization.yaml <<'END'
resources: [../base]
patches:
- path: add.yaml
- target: {kind: ConfigMap, name: set.*}
  patch: |-
    - {op: replace, path: /data/k, value: w}
    - {op: add, path: /metadata/labels, value: {a/b: c}}
    - {op: test, path: /metadata/labels/a~1b, value: c}
END
put patches/add.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {$patch: delete}
  template:
    metadata: null
    spec:
      containers:
      - name: app
        env:
        - {name: B, value: "2"}
        - {name: A, $patch: delete}
        ports:
        - {containerPort: 80, protocol: UDP}
        envFrom: [{$patch: replace}, {secretRef: {name: s}}]
      - {name: side, image: busybox}
END
builds 'patches' patches --reorder none <<'END'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - env:
        - name: B
          value: "2"
        envFrom:
        - $patch: replace
        - secretRef:
            name: s
        image: nginx:1.25
        name: app
        ports:
        - containerPort: 80
      - image: busybox
        name: side
---
apiVersion: v1
data:
  k: w
kind: ConfigMap
metadata:
  labels:
    a/b: c
  name: settings
END

# --- generators ------------------------------------------------------------

put generate/low/kustomization.yaml <<'END'
configMapGenerator:
- name: made
  literals: [a=1, "b='two'"]
  files: [file.txt, other=file.txt]
  envs: [env]
END
printf 'one\ntwo' >generate/low/file.txt
printf '# none\nFROM=env\n\nEMPTY\n' >generate/low/env
put generate/kustomization.yaml <<'END'
resources: [low]
namePrefix: x-
configMapGenerator:
- name: made
  behavior: merge
  literals: [a=new]
secretGenerator:
- name: hidden
  literals: [password=secret]
  options: {disableNameSuffixHash: true, labels: {l: m}}
END
builds 'generators' generate <<'END'
apiVersion: v1
data:
  EMPTY: ""
  FROM: env
  a: new
  b: two
  file.txt: |-
    one
    two
  other: |-
    one
    two
kind: ConfigMap
metadata:
  name: x-made-g2mm26854c
---
apiVersion: v1
data:
  password: c2VjcmV0
kind: Secret
metadata:
  labels:
    l: m
  name: x-hidden
type: Opaque
END

# --- components, replacements, vars ----------------------------------------

put parts/component/kustomization.yaml <<'END'
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
namePrefix: c-
END
put parts/kustomization.yaml <<'END'
resources: [../base]
components: [component]
replacements:
- source: {kind: ConfigMap, name: settings, fieldPath: data.k}
  targets:
  - select: {kind: Deployment}
    fieldPaths:
    - spec.template.spec.containers.[name=app].image
    options: {delimiter: ":", index: 1}
vars:
- name: NAME
  objref: {apiVersion: v1, kind: ConfigMap, name: settings}
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: c-web}
    spec:
      template:
        spec:
          containers:
          - name: app
            args: [$(NAME), "$$(NAME) $(NONE)"]
            env: [{$patch: replace}]
            envFrom: null
            ports: null
END
builds 'components, replacements and vars' parts <<'END'
apiVersion: v1
data:
  k: v
kind: ConfigMap
metadata:
  name: c-settings
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: c-web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - args:
        - c-settings
        - $(NAME) $(NONE)
        env: []
        image: nginx:v
        name: app
END

# --- plugins, configurations, order ----------------------------------------

put plugins/kustomization.yaml <<'END'
resources: [../base, own.yaml]
generators: [made.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: PrefixSuffixTransformer
  metadata: {name: any}
  prefix: in-
  suffix: -line
  fieldSpecs: [{path: metadata/name, kind: ConfigMap}]
configurations: [names.yaml]
sortOptions:
  order: legacy
  legacySortOptions: {orderFirst: [Widget], orderLast: [ConfigMap]}
patches:
- target: {kind: Deployment}
  patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    $patch: delete
END
put plugins/own.yaml <<'END'
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
spec: {uses: {map: settings}}
END
put plugins/made.yaml <<'END'
apiVersion: builtin
kind: ConfigMapGenerator
metadata: {name: extra}
literals: [x=y]
options: {disableNameSuffixHash: true}
END
put plugins/names.yaml <<'END'
nameReference:
- kind: ConfigMap
  version: v1
  fieldSpecs: [{path: spec/uses/map, kind: Widget}]
END
builds 'plugins, configurations and order' plugins <<'END'
apiVersion: example.com/v1
kind: Widget
metadata:
  name: w
spec:
  uses:
    map: in-settings-line
---
apiVersion: v1
data:
  x: "y"
kind: ConfigMap
metadata:
  name: in-extra-line
---
apiVersion: v1
data:
  k: v
kind: ConfigMap
metadata:
  name: in-settings-line
END

# --- what is refused -------------------------------------------------------

put bad/field/kustomization.yaml <<'END'
namePrefix: a-
images:
- name: x
  newTagg: y
END
refuses 'an unknown field' bad/field \
    '^render: bad/field/kustomization.yaml:4: images\[0\].newTagg: unknown field, maybe newTag$'

put bad/type/kustomization.yaml <<'END'
namespace: 1
END
refuses 'a wrong type' bad/type \
    '^render: bad/type/kustomization.yaml:1: namespace: must be a string; quote it$'

put bad/missing/kustomization.yaml <<'END'
resources:
- none.yaml
END
refuses 'a missing file' bad/missing \
    '^render: bad/missing/kustomization.yaml:2: resources\[0\]: none.yaml: No such file'

put bad/twice/kustomization.yaml <<'END'
resources: [../../base, ../../base/config.yaml]
END
refuses 'a file of another directory' bad/twice \
    'config.yaml: is not in or below bad/twice$'
refuses 'the same object twice' bad/twice \
    'resources\[1\]: ../../base/config.yaml: ConfigMap/settings of base/config.yaml:1 is there already$' \
    --load-restrictor LoadRestrictionsNone

put bad/patch/kustomization.yaml <<'END'
resources: [../../base]
patches:
- patch: |-
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: none}
END
refuses 'a patch for nothing' bad/patch \
    'kustomization.yaml:4: patches\[0\].patch: ConfigMap/none: the patch fits no object$'

put bad/json/kustomization.yaml <<'END'
resources: [../../base]
patches:
- target: {kind: ConfigMap}
  patch: '[{"op": "remove", "path": "/data/none"}]'
END
refuses 'a JSON patch that does not fit' bad/json \
    'ConfigMap/settings \(base/config.yaml:5\): data.none: remove: there is no such field$'

put bad/remote/kustomization.yaml <<'END'
resources: ["https://example.com/x.yaml"]
END
refuses 'a remote base' bad/remote \
    'is remote: nothing is fetched, keep a copy'

put bad/cycle/kustomization.yaml <<'END'
resources: [below]
END
put bad/cycle/below/kustomization.yaml <<'END'
resources: [..]
END
refuses 'a cycle' bad/cycle 'below/kustomization.yaml:1: .*cycle'

put bad/helm/kustomization.yaml <<'END'
helmCharts: [{name: x}]
END
refuses 'a helm chart' bad/helm 'kustomization.yaml:1: helmCharts\[0\]: helm is run with --enable-helm only'

put bad/exec/kustomization.yaml <<'END'
transformers:
- |-
  apiVersion: example.com/v1
  kind: Own
  metadata: {name: x}
END
refuses 'a plugin that is not built in' bad/exec \
    'Own/x: is no built-in plugin, and others are not run$'

mkdir bad/empty
refuses 'an empty directory' bad/empty 'has neither a kustomization.yaml'

ln -s "$T_DIR/base/config.yaml" bad/empty/link.yaml
put bad/empty/kustomization.yaml <<'END'
resources: [link.yaml]
END
refuses 'a link that leads out' bad/empty 'is not in or below bad/empty$'

# A byte order mark before everything that is read, and before a document.
mkdir marked
bom=$(printf '\357\273\277')
put marked/kustomization.yaml <<END
${bom}resources: [r.yaml]
configurations: [c.yaml]
namePrefix: p-
patches:
- path: p.yaml
- path: j.yaml
  target: {name: b}
END
put marked/r.yaml <<END
$bom---
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
${bom}apiVersion: v1
kind: ConfigMap
metadata: {name: b}
END
put marked/c.yaml <<END
${bom}namePrefix:
- {path: data/name}
END
put marked/p.yaml <<END
${bom}apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {a: "1"}
END
put marked/j.yaml <<END
${bom}- op: add
  path: /data
  value: {name: own}
END
builds 'byte order marks' marked <<'END'
apiVersion: v1
data:
  a: "1"
kind: ConfigMap
metadata:
  name: p-a
---
apiVersion: v1
data:
  name: p-own
kind: ConfigMap
metadata:
  name: p-b
END

put labelled/kustomization.yaml <<'END'
buildMetadata: [managedByLabel]
configMapGenerator: [{name: c, options: {disableNameSuffixHash: true}}]
END
managed() { sed -n 's,.*managed-by: kustomize-,,p' out; }
for version in v4.5.7 5.0.0-beta_1 '(devel)'; do
	status "version $version" 0 render -o yaml \
	    --kustomize-version "$version" labelled
	is "version $version is in the label" "$version" "$(managed)"
done
status 'no version' 0 render -o yaml labelled
is 'no version: kustomize 5.8.1' v5.8.1 "$(managed)"
for version in '' 'v5 8' v5+1 v5. '()' '(a' '(a)b' \
    v5.8.1-and-more-than-the-label-can-hold-behind-the-name; do
	status "version '$version'" 2 \
	    render --kustomize-version "$version" labelled
	is "version '$version': why" \
	    "render: --kustomize-version: \"$version\" can't be part of a label" \
	    "$(cat err)"
done
export POUNDLOCK_KUSTOMIZE_VERSION=v5.0.0
status 'a version in the environment' 0 render -o yaml labelled
is 'it is in the label' v5.0.0 "$(managed)"
status 'the option goes before it' 0 \
    render -o yaml --kustomize-version v4.5.7 labelled
is 'and is in the label' v4.5.7 "$(managed)"
status 'no good version in the environment' 2 \
    env POUNDLOCK_KUSTOMIZE_VERSION='v5 8' render labelled
is 'and why' 'render: POUNDLOCK_KUSTOMIZE_VERSION: "v5 8" can'"'"'t be part of a label' \
    "$(cat err)"
status 'an empty one is none' 0 \
    env POUNDLOCK_KUSTOMIZE_VERSION= render -o yaml labelled
is 'and the default holds' v5.8.1 "$(managed)"
unset POUNDLOCK_KUSTOMIZE_VERSION
status 'a version and --flux' 2 render --kustomize-version v5 --flux labelled

done_testing
