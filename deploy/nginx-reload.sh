#!/bin/sh
# Reloads nginx, and returns when its former workers take no new connections: `nginx -s reload` returns before that.
#
#   pulsewatch render .. --exec '/usr/local/bin/nginx-reload.sh /run/nginx.pid nginx'
#
# nginx-reload.sh PIDFILE NGINX [OPTION...]: the options are those that nginx was started with.
set -eu
master=$(cat "$1")
shift
before=$(cat "/proc/$master/task/$master/children")
"$@" -s reload # reads the files first, and fails, without harm, where they are no good
turns=0
for worker in $before; do
  while grep -q worker "/proc/$worker/cmdline" 2>/dev/null && ! grep -q 'shutting down' "/proc/$worker/cmdline" 2>/dev/null; do
    turns=$((turns + 1))
    [ "$turns" -le 1000 ] || { echo "worker $worker still takes connections after 10 s" >&2; exit 1; }
    sleep 0.01
  done
done
