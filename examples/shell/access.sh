# TLS and tokens for the scripts here, from the environment; to be sourced. Sets `options`, for grpcurl.
#
#   PULSEWATCH_TLS=1          encrypt, and trust what this machine trusts
#   PULSEWATCH_TLS_CA=FILE    encrypt, and trust the authorities in this file, PEM, and no others
#   PULSEWATCH_TLS_CLIENT_CERT=FILE PULSEWATCH_TLS_CLIENT_KEY=FILE   show this certificate
#   PULSEWATCH_TOKEN=TOKEN    show this token; grpcurl reads it from the environment, so that nobody
#                             finds it in the list of processes
options=()
if [[ -n ${PULSEWATCH_TLS_CA:-} ]]; then
  options+=(-cacert "$PULSEWATCH_TLS_CA")
elif [[ -z ${PULSEWATCH_TLS:-}${PULSEWATCH_TLS_CLIENT_CERT:-} ]]; then
  options+=(-plaintext)
fi
if [[ -n ${PULSEWATCH_TLS_CLIENT_CERT:-} ]]; then
  options+=(-cert "$PULSEWATCH_TLS_CLIENT_CERT" -key "${PULSEWATCH_TLS_CLIENT_KEY:?}")
fi
if [[ -n ${PULSEWATCH_TOKEN:-} ]]; then
  export PULSEWATCH_TOKEN
  # shellcheck disable=SC2016 # for grpcurl to expand
  options+=(-expand-headers -H 'authorization: Bearer ${PULSEWATCH_TOKEN}')
fi
