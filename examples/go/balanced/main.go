// Balanced calls a service that Pulsewatch knows, balanced over those who are well.
//
//	pulsewatch xds-bootstrap -o bootstrap.json
//	GRPC_XDS_BOOTSTRAP=bootstrap.json bin/balanced -target xds:///orders
//
// What to copy is the import of xds and the call of grpc.NewClient.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"sort"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	_ "google.golang.org/grpc/xds" // xds:///
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// caller counts who answered.
type caller struct {
	connection *grpc.ClientConn
	mutex      sync.Mutex
	answers    map[string]int
}

func (c *caller) call() {
	started := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	answer := &wrapperspb.StringValue{}
	if err := c.connection.Invoke(ctx, "/demo.Who/Ask", &wrapperspb.StringValue{}, answer); err != nil {
		fmt.Printf("FAILED started=%.6f code=%s %s\n", float64(started.UnixMicro())/1e6,
			status.Code(err), status.Convert(err).Message())
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.answers[answer.GetValue()]++
}

func (c *caller) tell() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var words []string
	for name, n := range c.answers {
		words = append(words, fmt.Sprintf("%s=%d", name, n))
	}
	sort.Strings(words)
	c.answers = map[string]int{}
	fmt.Println("ANSWERED " + strings.Join(words, " "))
}

func main() {
	target := flag.String("target", "xds:///orders", "whom to call")
	every := flag.Float64("every", 0.02, "seconds between two calls")
	flag.Parse()
	connection, err := grpc.NewClient(*target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	c := &caller{connection: connection, answers: map[string]int{}}
	tick := time.Tick(time.Duration(*every * float64(time.Second)))
	tell := time.Tick(500 * time.Millisecond)
	for {
		select {
		case <-tick:
			go c.call() // whatever became of those before
		case <-tell:
			c.tell()
		}
	}
}
