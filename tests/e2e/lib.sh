# shellcheck shell=sh
#
# Sourced by the tests of whole runs: all of ../lib.sh, a copy of the example in
# a namespace of the test's own, and what the API server's audit log says.
#
#   example                  copy it to ./app, for the namespace $NS
#   tag VERSION              give every image this tag
#   kustomization NAME LINE...
#                            a stage of ./app with these lines in its spec
#   edit FILE SED            change a file of ./app
#   release ARG...           poundlock run there
#   since                    from here on, what follows looks at new entries
#   audit                    the log as lines: TIME WHO VERB WHAT STATUS
#   writes                   what poundlock has changed: VERB WHAT, in order
#   when WHO VERB WHAT       time of the first such entry; fails if none
#   last WHO VERB WHAT       time of the last one
#   before DESC TIME TIME    the first is earlier
#   uid KIND/NAME            of the object that is there now
#   versions                 of all objects, as lines KIND/NAME VERSION

. "${0%/*}/../lib.sh"

example() {
	rm -rf app
	cp -r "$T_TOP/example" app
	chmod -R u+w app
	sed -i "s/^metadata:/&\n  namespace: $NS/" app/flux/*.yaml
}

kustomization() {
	mkdir -p app/flux "app/$1"
	cat >"app/flux/$1.yaml" <<-Y
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: $1, namespace: $NS}
		spec:
		  sourceRef: {kind: GitRepository, name: x}
		  path: ./$1
		  interval: 1h
		  wait: true
	Y
	to=app/flux/$1.yaml
	shift
	printf '  %s\n' "$@" >>"$to"
}

tag() { sed -i "s/my-app:v[0-9.]*/my-app:$1/" app/*/*.yaml; }

edit() { sed -i "$2" "app/$1"; }

release() { poundlock run app/flux --root app "$@"; }

t_mark=0
since() { t_mark=$(wc -l <"$CLUSTER_AUDIT"); }

# WHO is poundlock, kubectl, or the controller; WHAT is RESOURCE/NAME, and
# /SUBRESOURCE where there is one.  Dry runs change nothing.  The time sorts as
# text.
audit() {
	tail -n "+$((t_mark + 1))" "$CLUSTER_AUDIT" | jq -r --arg ns "$NS" '
	    select(.objectRef.namespace == $ns)
	    | select(.requestURI | contains("dryRun=All") | not)
	    | (.userAgent | split("/")[0]) as $agent
	    | [.requestReceivedTimestamp,
	       (if .user.username == "admin" then $agent
		else .user.username | split(":")[-1] end),
	       .verb,
	       ([.objectRef | .resource, .name, .subresource]
		| map(select(. != null)) | join("/")),
	       .responseStatus.code] | join(" ")' | sort
}

writes() { audit | awk '$2 == "poundlock" && $5 < 400 { print $3, $4 }'; }

when() {
	audit | awk -v who="$1" -v verb="$2" -v what="$3" '
	    $2 == who && $3 ~ verb && $4 == what { print $1; found = 1; exit }
	    END { exit !found }'
}

last() {
	audit | awk -v who="$1" -v verb="$2" -v what="$3" '
	    $2 == who && $3 ~ verb && $4 == what { time = $1 }
	    END { if (time == "") exit 1; print time }'
}

before() { ok "$1" t_before "$2" "$3"; }

t_before() {
	printf '%s\n%s\n' "$1" "$2" >t.order
	if [ -z "$1" ] || [ -z "$2" ] || ! LC_ALL=C sort -uc t.order; then
		printf 'not in this order: "%s", "%s"\n' "$1" "$2"
		audit
		return 1
	fi
}

uid() { kc get "$1" -o jsonpath='{.metadata.uid}'; }

# Every object with its resource version: equal texts mean that nothing was
# written, by nobody.
versions() {
	kc get job,deployment,service,ingress,configmap -o json >t.json &&
	    jq -er '.items[] | "\(.kind)/\(.metadata.name) " +
		.metadata.resourceVersion' t.json
}
