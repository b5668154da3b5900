// Package access is TLS and tokens, for both programs: the flags, and what they make of a connection.
package access

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"os"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Access is what the flags said. Files are read anew: what is exchanged there counts for the next
// connection, a token for the next call.
type Access struct {
	tls                             bool
	ca, cert, key, token, tokenFrom string
}

// Parse adds its flags to those of the program, and reads all of them.
func Parse() *Access {
	a := &Access{}
	flag.BoolVar(&a.tls, "tls", false, "encrypt, and trust what this machine trusts; implied by -tls-ca")
	flag.StringVar(&a.ca, "tls-ca", "", "trust the authorities in this file, PEM, and no others")
	flag.StringVar(&a.cert, "tls-client-cert", "", "show this certificate, PEM")
	flag.StringVar(&a.key, "tls-client-key", "", "its private key, PEM")
	flag.StringVar(&a.token, "token", os.Getenv("PULSEWATCH_TOKEN"), "show this token")
	flag.StringVar(&a.tokenFrom, "token-from", "", "show the token in this file")
	flag.Parse()
	return a
}

// Connect makes a connection of its own, which the caller closes.
func (a *Access) Connect(server string) (*grpc.ClientConn, error) {
	transport, err := a.transport()
	if err != nil {
		return nil, err
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(transport)}
	if a.token != "" || a.tokenFrom != "" {
		options = append(options, grpc.WithPerRPCCredentials(a))
	}
	return grpc.NewClient(server, options...)
}

func (a *Access) transport() (credentials.TransportCredentials, error) {
	if !a.tls && a.ca == "" && a.cert == "" {
		return insecure.NewCredentials(), nil
	}
	config := &tls.Config{}
	if a.ca != "" {
		pem, err := os.ReadFile(a.ca)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("no certificate in %s", a.ca)
		}
	}
	if a.cert != "" {
		pair, err := tls.LoadX509KeyPair(a.cert, a.key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return credentials.NewTLS(config), nil
}

// GetRequestMetadata gives gRPC the token of a call.
func (a *Access) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	token := a.token
	if a.tokenFrom != "" {
		text, err := os.ReadFile(a.tokenFrom)
		if err != nil {
			return nil, err
		}
		token = string(text)
	}
	return map[string]string{"authorization": "Bearer " + strings.TrimSpace(token)}, nil
}

// RequireTransportSecurity lets the token go in plaintext, too: on loopback there is nothing else.
func (a *Access) RequireTransportSecurity() bool { return false }
