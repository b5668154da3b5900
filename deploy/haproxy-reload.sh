#!/bin/sh
# Reloads HAProxy (haproxy -W), and returns when the new worker has taken over: the signal alone returns before that.
#
#   pulsewatch render .. --exec '/usr/local/bin/haproxy-reload.sh /run/haproxy.pid'
#
# haproxy-reload.sh PIDFILE: of the master. From HAProxy 2.7 on `reload` on the master's socket does the same.
set -eu
master=$(cat "$1")
# A file of long ago may name somebody else by now, whom the signal would end.
grep -q haproxy "/proc/$master/comm" || { echo "process $master of $1 is no haproxy" >&2; exit 1; }
children() { cat "/proc/$master/task/$master/children"; }
before=" $(children)"
kill -USR2 "$master"
turns=0
while [ "$turns" -le 1000 ]; do
  for worker in $(children); do
    # The master tells the old one to end before it makes the new one.
    case $before in *" $worker "*) ;; *) exit 0 ;; esac
  done
  turns=$((turns + 1))
  sleep 0.01
done
echo "no new worker after 10 s: haproxy -c tells why" >&2
exit 1
