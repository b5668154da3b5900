package io.pulsewatch.server.web;

/** What a person reads first. Stateless. */
final class Index {
  static final String TEXT =
      """
      Pulsewatch: who is alive, and every change of it.

      GET  /livez                        200 while it runs; 503: restart it
      GET  /readyz                       200 while it should get clients; else 503, and why
      GET  /metrics                      for Prometheus

      POST /v1/beat                      one sign of life; the body is a BeatRequest in JSON
      GET  /v1/services                  ?service=GLOB
      GET  /v1/instances                 ?service=GLOB&state=ALIVE,SUSPECT&selector=LABELS
      GET  /v1/instances/SERVICE/ID
      GET  /v1/roles                     ?role=GLOB; who holds which, and who is next
      GET  /v1/changes                   ?service=GLOB&instance_id=ID&since_revision=N
      GET  /v1/watch                     server-sent events; ?service=GLOB&state=..&selector=..
                                         &delivery=EVERY_CHANGE; Last-Event-ID goes on from there

      Lists take page_size and page_token, everything takes ?pretty. With tokens:
      -H 'Authorization: Bearer TOKEN'.

        curl -N http://HOST/v1/watch
        curl http://HOST/v1/beat -d '{"register":{"instance":{"service":"orders","instanceId":"a"},
          "interval":"60s"}}'
      """;

  private Index() {}
}
