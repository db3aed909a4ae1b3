#!/bin/sh
# render runs the user's helm for charts, as kustomize does, when told so.  A
# stand-in for helm shows what is run; where helm and kustomize are at hand, the
# real ones are held against each other as well.
# shellcheck disable=SC2016
. "${0%/*}/../lib.sh"

put() {
	mkdir -p "${1%/*}"
	cat >"$1"
}

mkdir bin tmp
TMPDIR=$T_DIR/tmp
HELM_CONFIG_HOME=/nowhere
export TMPDIR HELM_CONFIG_HOME

# Notes its arguments and what it is told, and answers as the files say.
put bin/stub <<'END'
#!/bin/sh
exec 3>>calls
for a; do printf '[%s]' "$a" >&3; done
echo >&3
env | grep '^HELM_' | sort >&3
[ "$(cat)" = '' ] || echo 'standard input has something' >&3
before=
for a; do
	[ "$before" != -f ] || { echo "values $a:"; cat "$a"; } >&3
	before=$a
done
case $1 in
version) cat version ;;
template) cat template ;;
pull) mkdir -p app/charts/far && echo 'pulled: yes' >app/charts/far/values.yaml ;;
esac
[ ! -e fail ] || { echo "Error: first" >&2; echo "second" >&2; exit 1; }
END
chmod +x bin/stub
echo v3.18.6+gb76a950 >version
cat >template <<'END'
---
apiVersion: v1
kind: ConfigMap
metadata: {name: one, namespace: given}
END

# calls WANT: standard input is what the stand-in noted; directories that have a
# new name in each run are called TMP, this one HERE.
calls() {
	cat >want
	sed -E -e "s|$TMPDIR/[a-z]+-helm-[A-Za-z0-9]+|TMP|g" -e "s|$T_DIR|HERE|g" \
	    calls >got
	same "$1: what helm was told" want got
	rm -f calls
}

inflates() {
	desc=$1
	shift
	status "$desc" 0 render -o yaml --enable-helm --helm-command bin/stub "$@" app
}

# refused DESC REGEX OPTION...
refused() {
	desc=$1 regex=$2
	shift 2
	status "$desc: is refused" 2 render "$@" app
	is "$desc: in one line" 1 "$(wc -l <err | tr -d ' ')"
	like "$desc: says why" "$regex" err
	is "$desc: writes nothing" '' "$(cat out)"
}

# --- all that a chart can have ---------------------------------------------

put app/charts/web/values.yaml <<'END'
# The chart's own.
image: {name: nginx, tag: "1"}
args: [a, b]
gone: here
END
put app/kustomization.yaml <<'END'
namespace: prod
helmGlobals: {configHome: /some/where}
helmCharts:
- name: web
  releaseName: one
  version: 1.2.3
  nameTemplate: "{{ 1 }}"
  includeCRDs: true
  skipHooks: true
  skipTests: true
  debug: true
  devel: true
  valuesInline:
    image: {tag: "2"}
    args: [c]
    gone: null
  additionalValuesFiles: [more.yaml]
  apiVersions: [example.com/v1, example.com/v2]
  kubeVersion: 1.30.1
END
echo 'extra: $(touch ran)' >app/more.yaml
inflates 'everything' --helm-kube-version 1.20 --helm-api-versions not/this
cat >want <<'END'
apiVersion: v1
kind: ConfigMap
metadata:
  name: one
  namespace: given
END
same 'helm sees to namespaces by itself' want out
calls 'everything' <<'END'
[version][--short]
HELM_CACHE_HOME=/some/where/.cache
HELM_CONFIG_HOME=/some/where
HELM_DATA_HOME=/some/where/.data
[template][one][HERE/app/charts/web][--namespace][prod][--name-template][{{ 1 }}][-f][TMP/web-kustomize-values.yaml][-f][HERE/app/more.yaml][--api-versions][example.com/v1][--api-versions][example.com/v2][--kube-version][1.30.1][--include-crds][--skip-tests][--no-hooks][--debug][--devel]
HELM_CACHE_HOME=/some/where/.cache
HELM_CONFIG_HOME=/some/where
HELM_DATA_HOME=/some/where/.data
values TMP/web-kustomize-values.yaml:
args:
- c
image:
  name: nginx
  tag: "2"
values HERE/app/more.yaml:
extra: $(touch ran)
END
ok 'no shell has seen it' test ! -e ran

# --- little, and what the options say ---------------------------------------

put app/kustomization.yaml <<'END'
helmCharts:
- {name: web, valuesInline: {image: {tag: "2", more: x}}, valuesMerge: merge}
- {name: web, valuesInline: {a: 1}, valuesMerge: replace, namespace: other}
- {name: web, valuesFile: more.yaml}
END
echo 'ok: 1 # kept' >app/more.yaml
: >template
inflates 'options' --helm-kube-version 1.20 --helm-api-versions a/v1 \
    --helm-api-versions b/v1 --helm-debug
grep -v '^HELM_' calls >c && mv c calls
calls 'options' <<'END'
[version][--short]
[template][--generate-name][HERE/app/charts/web][-f][TMP/web-kustomize-values.yaml][--api-versions][a/v1][--api-versions][b/v1][--kube-version][1.20][--debug]
values TMP/web-kustomize-values.yaml:
args:
- a
- b
gone: here
image:
  more: x
  name: nginx
  tag: "1"
[template][--generate-name][HERE/app/charts/web][--namespace][other][-f][TMP/web-kustomize-values.yaml][--api-versions][a/v1][--api-versions][b/v1][--kube-version][1.20][--debug]
values TMP/web-kustomize-values.yaml:
a: 1
[template][--generate-name][HERE/app/charts/web][-f][TMP/web-kustomize-values.yaml][--api-versions][a/v1][--api-versions][b/v1][--kube-version][1.20][--debug]
values TMP/web-kustomize-values.yaml:
ok: 1 # kept
END

# --- a chart that is not there ----------------------------------------------

put app/kustomization.yaml <<'END'
helmCharts:
- {name: far, repo: "https://charts.example.com", devel: true}
END
inflates 'a pull'
calls 'a pull' <<'END'
[version][--short]
HELM_CACHE_HOME=TMP/helm/.cache
HELM_CONFIG_HOME=TMP/helm
HELM_DATA_HOME=TMP/helm/.data
[pull][--untar][--untardir][HERE/app/charts][--repo][https://charts.example.com][far][--devel]
HELM_CACHE_HOME=TMP/helm/.cache
HELM_CONFIG_HOME=TMP/helm
HELM_DATA_HOME=TMP/helm/.data
[template][--generate-name][HERE/app/charts/far][-f][TMP/far-kustomize-values.yaml][--devel]
HELM_CACHE_HOME=TMP/helm/.cache
HELM_CONFIG_HOME=TMP/helm
HELM_DATA_HOME=TMP/helm/.data
values TMP/far-kustomize-values.yaml:
pulled: yes
END

put app/kustomization.yaml <<'END'
helmGlobals: {chartHome: c}
helmCharts:
- {name: far, repo: "oci://example.com/charts/", version: 1.0.0}
END
mkdir -p app/c/far-1.0.0/far
refused 'a pull without values' \
    'helmCharts\[0\]: .*/app/c/far-1.0.0/far/values.yaml: No such file' \
    --enable-helm --helm-command bin/stub
rmdir app/c/far-1.0.0/far
refused 'a pull of another chart' 'far/values.yaml: No such file' \
    --enable-helm --helm-command bin/stub
like 'a pull from a registry' \
    '\[pull\]\[--untar\]\[--untardir\]\[.*/app/c/far-1.0.0\]\[oci://example.com/charts/far\]\[--version\]\[1.0.0\]$' calls
rm -f calls

# --- the other ways to name a chart ------------------------------------------

cat >template <<'END'
Pulled: somewhere
Digest: sha256:0
---
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: two, annotations: {config.kubernetes.io/local-config: "true"}}
END
put app/kustomization.yaml <<'END'
helmChartInflationGenerator:
- {chartName: web, chartHome: charts, helmHome: /old, releaseName: r, values: more.yaml}
generators:
- |-
  apiVersion: builtin
  kind: HelmChartInflationGenerator
  metadata: {name: any}
  name: web
  releaseName: s
  namespace: ns
nameSuffix: -z
buildMetadata: [originAnnotations]
END
put app/two.yaml <<'END'
END
refused 'the same object of two charts' 'ConfigMap/one' \
    --enable-helm --helm-command bin/stub
like 'the old field' \
    '^\[template\]\[r\]\[.*/app/charts/web\]\[-f\]\[[^]]*\]$' calls
like 'its home' '^HELM_CONFIG_HOME=/old$' calls
like 'a generator' \
    '^\[template\]\[s\]\[.*/app/charts/web\]\[--namespace\]\[ns\]\[-f\]\[[^]]*\]$' calls
put app/kustomization.yaml <<'END'
helmCharts: [{name: web}]
nameSuffix: -z
buildMetadata: [originAnnotations]
END
inflates 'words before the first document'
cat >want <<'END'
apiVersion: v1
kind: ConfigMap
metadata:
  annotations:
    config.kubernetes.io/origin: |
      configuredIn: kustomization.yaml
      configuredBy:
        apiVersion: builtin
        kind: HelmChartInflationGenerator
  name: one-z
END
same 'they are passed over' want out
status 'a record' 0 render --enable-helm --helm-command bin/stub app
json 'has its origin' '{"path":"kustomization.yaml","line":1}' \
    'select(.type == "object") | .origin' out

# --- the namespace of what is above ------------------------------------------

put above/kustomization.yaml <<'END'
namespace: high
resources: [../app]
END
rm -f calls
status 'a chart of a base' 0 render --enable-helm --helm-command bin/stub above
like 'has the namespace of the overlay' '\[--namespace\]\[high\]' calls

# --- refused -------------------------------------------------------------------

rm -f calls
refused 'no leave to run it' \
    'kustomization.yaml:1: helmCharts\[0\]: helm is run with --enable-helm only'
status 'an option without the flag' 2 render --helm-command bin/stub app
like 'is wrong usage' '--helm-\.\.\. need --enable-helm' err
put flux/app.yaml <<'END'
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: a}
spec:
  interval: 1m
  path: app
  prune: true
  sourceRef: {kind: GitRepository, name: a}
END
status 'a stage' 2 render --flux --root . flux
like 'is refused as Flux does' 'helmCharts\[0\]: Flux runs no helm' err
status 'the flag and --flux' 2 render --flux --enable-helm flux
ok 'helm was not run' test ! -e calls

cat >outside.yaml <<'END'
secret: value
END
ln -s ../outside.yaml app/link.yaml
chart() {
	echo "helmCharts: [{name: web, $1}]" >app/kustomization.yaml
}
for file in ../outside.yaml "$T_DIR/outside.yaml" link.yaml; do
	chart "valuesFile: $file"
	refused "values in $file" 'is not in or below app$' \
	    --enable-helm --helm-command bin/stub
	chart "additionalValuesFiles: [$file]"
	refused "more values in $file" \
	    'additionalValuesFiles\[0\]: .* is not in or below app$' \
	    --enable-helm --helm-command bin/stub
done
unlike 'helm was given none of it' 'secret' calls
rm -f calls
chart 'releaseName: --post-renderer=x'
refused 'a release that is an option' 'releaseName: begins with a -' \
    --enable-helm --helm-command bin/stub
for name in --x ../web a/b ''; do
	echo "helmCharts: [{name: '$name'}]" >app/kustomization.yaml
	refused "a chart named '$name'" 'name' --enable-helm --helm-command bin/stub
done
chart 'valuesMerge: both'
refused 'another merge' 'valuesMerge: must be' --enable-helm --helm-command bin/stub
chart 'valuesInline: [a]'
refused 'a list of values' 'valuesInline: must be a map' \
    --enable-helm --helm-command bin/stub
put app/kustomization.yaml <<'END'
helmGlobals: {chartHome: ../else}
helmCharts: [{name: far, repo: "https://charts.example.com"}]
END
ok 'helm was not run for any' test ! -e calls
refused 'a pull to elsewhere' 'chartHome: .*/else is not in or below app' \
    --enable-helm --helm-command bin/stub
unlike 'nothing was pulled' 'pull' calls
echo 'helmCharts: [{name: none}]' >app/kustomization.yaml
refused 'no chart' 'chart none: is not at .*/app/charts/none, and no repo' \
    --enable-helm --helm-command bin/stub

# --- what goes wrong -----------------------------------------------------------

echo 'helmCharts: [{name: web}]' >app/kustomization.yaml
# Under valgrind posix_spawn can't tell, and the child exits with 127.
refused 'no helm' \
    'helmCharts\[0\]: chart web: bin/none: (not found|exited with status 127)' \
    --enable-helm --helm-command bin/none
: >fail
refused 'a helm that fails' \
    'chart web: bin/stub: exited with status 1: Error: first: second$' \
    --enable-helm --helm-command bin/stub
rm fail
echo 'version.BuildInfo{Version:"v2.17.0"}' >version
refused 'an old helm' 'bin/stub is neither helm 3 nor helm 4' \
    --enable-helm --helm-command bin/stub
echo v4.0.0 >version
echo '{' >template
refused 'output that is none' 'chart web: the output of helm: ' \
    --enable-helm --helm-command bin/stub
is 'nothing is left behind' '' "$(ls "$TMPDIR")"

# --- the real ones ---------------------------------------------------------------

put real/charts/web/Chart.yaml <<'END'
apiVersion: v2
name: web
version: 1.2.3
END
cp app/charts/web/values.yaml real/charts/web/
put real/charts/web/crds/thing.yaml <<'END'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec: {group: example.com, scope: Namespaced}
END
put real/charts/web/templates/all.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}-web"}
spec:
  template:
    spec:
      containers:
      - name: web
        image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"
        args: {{ toJson .Values.args }}
        envFrom: [{configMapRef: {name: "{{ .Release.Name }}-values"}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-values", namespace: "{{ .Release.Namespace }}"}
data:
  values: {{ toJson .Values | quote }}
  kube: {{ .Capabilities.KubeVersion.Version | quote }}
  has: {{ .Capabilities.APIVersions.Has "example.com/v1" | quote }}
---
apiVersion: v1
kind: Pod
metadata: {name: hook, annotations: {helm.sh/hook: pre-install}}
---
apiVersion: v1
kind: Pod
metadata: {name: test, annotations: {helm.sh/hook: test}}
END
put real/kustomization.yaml <<'END'
resources: [below]
namespace: prod
namePrefix: p-
labels: [{pairs: {a: b}}]
helmCharts:
- name: web
  releaseName: one
  includeCRDs: true
  skipTests: true
  valuesInline: {image: {tag: "2"}, args: [c], gone: null, new: {a: 1.5, b: [1, true]}}
  apiVersions: [example.com/v1]
- {name: web, releaseName: two, skipHooks: true, valuesFile: own.yaml, kubeVersion: 1.30.1}
patches: [{target: {kind: Pod, name: hook}, patch: '[{"op": "remove", "path": "/metadata/annotations"}]'}]
END
put real/own.yaml <<'END'
image: {name: own, tag: "3"}
END
put real/below/kustomization.yaml <<'END'
helmGlobals: {chartHome: ../charts}
helmCharts:
- {name: web, releaseName: three, skipHooks: true, valuesFile: own.yaml, namespace: theirs}
END
cp real/own.yaml real/below/
unset HELM_CONFIG_HOME
if command -v helm >/dev/null; then
	status 'the real helm' 0 render -o yaml --enable-helm \
	    --helm-kube-version 1.31.0 real
	is 'gave its objects' 8 "$(grep -c ^kind: out)"
	if command -v kustomize >/dev/null; then
		kustomize build --enable-helm --helm-kube-version 1.31.0 \
		    real >want
		same 'as kustomize has it' want out
	fi
fi

done_testing
