#!/bin/sh
# A list and a watch that outlive what the network and the server do to them:
# nothing is lost, and nothing is told twice.
. "${0%/*}/../lib.sh"
need_cluster
need_tool apicat faultproxy
new_namespace

# watching OPTION...: ConfigMaps of the namespace, told to ./told from now on.
watching() {
	[ -z "${W-}" ] || kill "$W"
	: >told
	background apicat -n "$NS" -w v1/ConfigMap "$@" >told 2>&1
	W=$!
	eventually 10 grep -q SYNCED told || exit 1
}

says() { eventually 20 grep -q "$1" told; }

# Events of our own objects, each with how often it was told.
events() {
	grep -Eo "^[A-Z]+ ConfigMap/$NS/$1[0-9]+" told | sort | uniq -c |
	    awk '{print $2, $1}' | sort | uniq -c | awk '{print $1, $2, $3}' |
	    paste -sd'|'
}

cm=/api/v1/namespaces/$NS/configmaps
# object NAME [LABEL]
object() {
	printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s",' "$1"
	printf '"labels":{"l":"%s"}}}' "${2-}"
}
put() { printf 'PATCH %s/%s?fieldManager=t %s\n' "$cm" "$1" "$(object "$@")"; }
send() { apicat -l 1 -f - >/dev/null; }

# Twenty are made, changed, and half of them deleted, one after the other.
churn() {
	{
		for i in $(seq 20); do put "$1$i"; done
		for i in $(seq 20); do put "$1$i" changed; done
		for i in $(seq 10); do echo "DELETE $cm/$1$i"; done
		put "$1-last"
	} | send
	says "ADDED ConfigMap/$NS/$1-last"
}
whole='20 ADDED 1|10 DELETED 1|20 MODIFIED 1'

put before | send
watching
ok 'what is there already is told first' \
    [ "$(grep -n /before told | cut -d: -f1)" -lt \
    "$(grep -n SYNCED told | cut -d: -f1)" ]
ok 'changes are told' churn a
is 'each once' "$whole" "$(events a)"

# Each of its streams ends within the third event or so.
proxy 'GET watch=true * body=1200'
watching --kubeconfig kc
ok 'a watch that is cut over and over' churn b
is 'tells each once' "$whole" "$(events b)"
ok 'by many streams' [ "$(grep -c watch=true log)" -gt 5 ]
is 'after one list' 1 "$(grep -c limit=500 log)"

proxy 'GET watch=true %2 status=503' 'GET watch=true * short=2000'
watching --kubeconfig kc
ok 'a watch that ends early, garbled, and is refused each second time' churn c
is 'tells each once as well' "$whole" "$(events c)"

proxy 'GET watch=true * garbage=1500'
watching --kubeconfig kc
ok 'garbage in the middle of a line' churn h
is 'tells each once as well' "$whole" "$(events h)"
proxy 'GET watch=true * lag=20'
watching --kubeconfig kc
ok 'events that come late' churn i
is 'are told once' "$whole" "$(events i)"
proxy 'GET watch=true * twice'
watching --kubeconfig kc
ok 'events that come twice' churn j
is 'are told once' "$whole" "$(events j)"

# No event is ever whole: the lists between them tell what there is.
proxy 'GET watch=true * body=100'
watching --kubeconfig kc
put never-whole | send
ok 'a watch that is always cut within its first event' \
    says "ADDED ConfigMap/$NS/never-whole"
is 'tells it once' 1 "$(grep -c "/$NS/never-whole" told)"
ok 'and does not ask without end' [ "$(wc -l <log)" -lt 40 ]
proxy 'GET watch=true %2 short=150' 'GET watch=true * short=5000'
watching --kubeconfig kc
ok 'a watch that is also cut in the middle of a line' churn g
is 'loses and repeats nothing' "$whole" "$(events g)"

# The connection takes no request any more, but lasts as long as the watch.
proxy 'GET watch=true 1 goaway'
watching --kubeconfig kc GET /version
put given-up | send
ok 'a watch whose connection was given up goes on' \
    says "ADDED ConfigMap/$NS/given-up"
ok 'and does not hold up other requests' says gitVersion

# --- silence

proxy 'GET watch=true 1 mute=0'
watching --kubeconfig kc
put silent | send
ok 'a watch that has fallen silent is taken anew in seconds' \
    eventually 40 grep -q "ADDED ConfigMap/$NS/silent" told
is 'without a list' 1 "$(grep -c limit=500 log)"
proxy 'GET watch=true 1 freeze'
watching --kubeconfig kc
put frozen | send
ok 'so is one whose connection has' \
    eventually 40 grep -q "ADDED ConfigMap/$NS/frozen" told
is 'on another one' '2 connections' \
    "$(grep watch=true log | awk '{ print $NF }' | sort -u | grep -c .) connections"

# --- versions that the server has forgotten

proxy "GET watch=true 1 gone=$T_DIR/go"
watching --kubeconfig kc
{
	put meanwhile
	put a20 again
	echo "DELETE $cm/before"
} | send
: >go
says "ADDED ConfigMap/$NS/meanwhile"
ok 'after a list anew, what vanished is told' \
    says "DELETED ConfigMap/$NS/before"
ok 'what changed' says "MODIFIED ConfigMap/$NS/a20"
is 'and what is the same is not told again' 1 "$(grep -c "/$NS/a19 " told)"
is 'SYNCED comes once' 1 "$(grep -c SYNCED told)"
put after | send
ok 'and the watch goes on' says "ADDED ConfigMap/$NS/after"

# --- who may not

kc create role lister --verb=list --resource=configmaps >/dev/null
kc create rolebinding lister --role=lister --user="lister-$NS" >/dev/null
status 'a watch that may not even list fails' 3 \
    apicat -n "$NS" --as "nobody-$NS" -w v1/ConfigMap
like 'in the words of the server' 'cannot list resource "configmaps"' out
watching --as "lister-$NS"
put polled | send
ok 'who may list but not watch gets to know by lists' \
    says "ADDED ConfigMap/$NS/polled"
status 'a resource that is not there fails' 4 apicat -w example.com/v1/Foo

# --- pages

for i in $(seq 1100); do
	echo "POST $cm {\"metadata\":{\"name\":\"p$i\"}}"
done | apicat -f - >/dev/null
proxy 'GET continue= 2 status=410'
watching --kubeconfig kc
is 'a list of three pages whose second expires is whole' 1100 \
    "$(grep -c "^ADDED ConfigMap/$NS/p[0-9]" told)"
is 'and nothing in it is told twice' '' \
    "$(grep "^ADDED" told | sort | uniq -d)"
done_testing
