// patchall sends each object of a stream as a server-side apply patch and does
// nothing else: what the API server itself takes, for the bench.
//
//	kubectl config view --raw --flatten -o json >config
//	patchall config NAMESPACE IN_FLIGHT <stream
//
// Knows the kinds that the bench makes.  One HTTP/2 connection.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"sync"
)

var collections = map[string]string{
	"Deployment": "/apis/apps/v1/namespaces/%s/deployments/%s",
	"Service":    "/api/v1/namespaces/%s/services/%s",
	"ConfigMap":  "/api/v1/namespaces/%s/configmaps/%s",
}

type config struct {
	Clusters []struct {
		Cluster struct {
			Server string
			CA     []byte `json:"certificate-authority-data"`
		}
	}
	Users []struct {
		User struct {
			Cert []byte `json:"client-certificate-data"`
			Key  []byte `json:"client-key-data"`
		}
	}
}

type record struct {
	Type   string
	Object json.RawMessage
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func client(file string) (*http.Client, string) {
	var c config
	text, err := os.ReadFile(file)
	must(err)
	must(json.Unmarshal(text, &c))
	pair, err := tls.X509KeyPair(c.Users[0].User.Cert, c.Users[0].User.Key)
	must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(c.Clusters[0].Cluster.CA)
	return &http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{
			RootCAs: roots, Certificates: []tls.Certificate{pair}},
	}}, c.Clusters[0].Cluster.Server
}

func patch(c *http.Client, server, namespace string, object []byte) {
	var o struct {
		Kind     string
		Metadata struct{ Name string }
	}
	must(json.Unmarshal(object, &o))
	path := fmt.Sprintf(collections[o.Kind], namespace, o.Metadata.Name)
	req, err := http.NewRequest("PATCH",
		server+path+"?fieldManager=patchall&force=true", bytes.NewReader(object))
	must(err)
	req.Header.Set("Content-Type", "application/apply-patch+yaml")
	resp, err := c.Do(req)
	must(err)
	_, err = io.Copy(io.Discard, resp.Body)
	must(err)
	resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		log.Fatalf("%s: %s", path, resp.Status)
	}
}

func main() {
	c, server := client(os.Args[1])
	n, err := strconv.Atoi(os.Args[3])
	must(err)
	objects := make(chan []byte)
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for o := range objects {
				patch(c, server, os.Args[2], o)
			}
		})
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var r record
		must(json.Unmarshal(lines.Bytes(), &r))
		if r.Type == "object" {
			objects <- append([]byte(nil), r.Object...)
		}
	}
	must(lines.Err())
	close(objects)
	all.Wait()
}
