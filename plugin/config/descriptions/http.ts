import type { OptionDescription } from "./types.ts";

const HEADERS_EXAMPLE = { Host: "<ALTERNATIVE_HOSTNAME>", "X-Auth-Token": "<AUTH_TOKEN>" };

/** The options of everything that speaks HTTP. */
export const http = {
  proxy: {
    type: "mapping",
    text:
      'The proxies for requests to "http" and "https" addresses, and in "no_proxy" the hosts, domains and networks ' +
      "that are connected to directly.\n\nA proxy's address starts with http://, https://, socks5:// or socks5h://. " +
      "With socks5 names are resolved here, with socks5h by the proxy. User name and password go in front of its " +
      "host: socks5://user:password@host:port",
    example: {
      http: "http://<PROXY_SERVER_FOR_HTTP>:<PORT>",
      https: "http://<PROXY_SERVER_FOR_HTTPS>:<PORT>",
      no_proxy: ["<HOSTNAME_1>", "<HOSTNAME_2>"],
    },
  },
  skip_proxy: {
    type: "boolean",
    text: "Whether to connect directly although proxies are configured, here or in the environment.",
  },
  auth_type: {
    type: "string",
    text: "How to authenticate. The types, with the options they use:\n\n" +
      "  - basic: username, password, use_legacy_auth_encoding\n" +
      "  - digest: username, password\n" +
      "  - ntlm: ntlm_domain, password\n" +
      "  - aws: aws_region, aws_host, aws_service\n\n" +
      "The Agent's type kerberos is refused here: this program cannot load the system's Kerberos library. Put a proxy " +
      "that does Kerberos in front of the server.",
  },
  use_legacy_auth_encoding: {
    type: "boolean",
    text: "Whether basic authentication sends the user name and the password in Latin-1, and not in UTF-8.",
  },
  username: {
    type: "string",
    text: "The user name for basic and digest authentication.",
    example: "<USERNAME>",
  },
  password: {
    type: "string",
    text: "The password for basic, digest and NTLM authentication.",
    example: "<PASSWORD>",
  },
  ntlm_domain: {
    type: "string",
    text: "The domain and the user name for NTLM authentication, with a backslash between them. The option username " +
      "is not used.",
    example: "<NTLM_DOMAIN>\\<USERNAME>",
  },
  kerberos_auth: {
    type: "string",
    text:
      "Whether the server has to prove its identity in Kerberos authentication. Only disabled is accepted here: this " +
      "program cannot load the system's Kerberos library.",
    displayDefault: "disabled",
    example: "disabled",
  },
  kerberos_cache: {
    type: "string",
    text: "The Kerberos credential cache to use, in the form of the variable KRB5CCNAME. It must hold a valid TGT.",
    example: "<CACHE_FILE_PATH>",
  },
  kerberos_delegate: {
    type: "boolean",
    text: "Whether to delegate Kerberos credentials to a server that asks for them.",
  },
  kerberos_force_initiate: {
    type: "boolean",
    text: "Whether to present a Kerberos ticket with the first request, before the server has asked for one.",
  },
  kerberos_hostname: {
    type: "string",
    text: "The name of the server in Kerberos where it differs from its DNS name, for example behind a load balancer.",
    example: "<KERBEROS_HOSTNAME>",
  },
  kerberos_principal: {
    type: "string",
    text: "The Kerberos principal whose credentials are used.",
    example: "<KERBEROS_PRINCIPAL>",
  },
  kerberos_keytab: {
    type: "string",
    text: "The path of the Kerberos key tab file.",
    example: "<KEYTAB_FILE_PATH>",
  },
  auth_token: {
    type: "mapping",
    text: 'A token that is read from somewhere and sent in a header. Both "reader" and "writer" are needed.\n\n' +
      "The readers:\n\n" +
      "  - type: file\n" +
      "    path (required): the file to read\n" +
      "    pattern: a regular expression with one group, which finds the token in the file\n" +
      "  - type: oauth\n" +
      "    url, client_id, client_secret (required): the token endpoint and this client\n" +
      "    basic_auth: whether the client's id and secret go into an Authorization header; default: false\n" +
      "    options: a mapping of further fields of the token request, for example audience or scope\n" +
      "  - type: dcos_auth\n" +
      "    login_url, service_account, private_key_path (required): the login of DC/OS\n" +
      "    expiration: for how many seconds the login token is valid; default: 300\n\n" +
      "The writer:\n\n" +
      "  - type: header\n" +
      "    name (required): the name of the header\n" +
      "    value: its value, in which the placeholder stands for the token; default: <TOKEN>\n" +
      "    placeholder: the placeholder; default: <TOKEN>",
    example: {
      reader: { type: "file", path: "<TOKEN_FILE_PATH>" },
      writer: { type: "header", name: "Authorization", value: "Bearer <TOKEN>" },
    },
  },
  aws_region: {
    type: "string",
    text: "The AWS region that requests are signed for (Signature Version 4).",
    example: "<AWS_REGION>",
  },
  aws_host: {
    type: "string",
    text: "The host that requests are signed for, without scheme (Signature Version 4).",
    example: "<AWS_HOST>",
  },
  aws_service: {
    type: "string",
    text: "The code of the AWS service that requests are signed for (Signature Version 4).",
    example: "<AWS_SERVICE>",
  },
  tls_verify: {
    type: "boolean",
    text: "Whether the server's certificate has to be valid.",
  },
  tls_validate_hostname: {
    type: "boolean",
    text: "Whether the server's certificate has to name the host that is connected to.",
    hidden: true,
  },
  tls_use_host_header: {
    type: "boolean",
    text:
      "Whether the name in a Host header of headers replaces the host of the address where a server is asked for its " +
      "certificate (SNI) and where that certificate is checked.",
  },
  tls_ignore_warning: {
    type: "boolean",
    text: "Whether to give no warning of connections that tls_verify leaves unverified.",
  },
  tls_cert: {
    type: "string",
    text: "The path of a PEM file with the client's certificate and the certificates of authorities that lead to it. " +
      "It may hold the client's private key too, unencrypted.",
    example: "<CERT_PATH>",
  },
  tls_private_key: {
    type: "string",
    text: "The path of a PEM file with the private key of tls_cert. It is needed unless tls_cert holds it.",
    example: "<PRIVATE_KEY_PATH>",
  },
  tls_private_key_password: {
    type: "string",
    text: "The password of the private key, where it is encrypted.",
    example: "<PRIVATE_KEY_PASSWORD>",
    hidden: true,
  },
  tls_ca_cert: {
    type: "string",
    text: "The path of a PEM file with the certificates of the authorities to trust, or of a directory of such files " +
      "that was prepared with openssl rehash.",
    example: "<CA_CERT_PATH>",
  },
  tls_protocols_allowed: {
    type: "list of strings",
    text:
      "The versions of TLS that connections may have: SSLv3, TLSv1, TLSv1.1, TLSv1.2 and TLSv1.3. All versions from " +
      "the lowest to the highest in the list are allowed; with an empty list, those that the runtime allows by itself. " +
      "No current TLS library has SSLv3: it is accepted and passed over. TLSv1 and TLSv1.1 exist only where the " +
      "program runs on Bun, as the compiled program does; Deno has TLSv1.2 and TLSv1.3.",
    example: ["TLSv1.2", "TLSv1.3"],
  },
  tls_ciphers: {
    type: "list of strings",
    text: "The cipher suites to offer, by their names in OpenSSL. Where the program runs on Deno, whose TLS library " +
      "always offers its own list, it has no effect; the compiled program runs on Bun.",
    displayDefault: "ALL",
    example: ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"],
  },
  headers: {
    type: "mapping",
    text: "The headers of every request. They replace all headers that are sent without this option.",
    example: HEADERS_EXAMPLE,
  },
  extra_headers: {
    type: "mapping",
    text: "Headers of every request, in addition to those that are sent without this option.",
    example: HEADERS_EXAMPLE,
  },
  timeout: {
    type: "number",
    text: "How many seconds to wait for a connection, and for each part of a response.",
  },
  connect_timeout: {
    type: "number",
    text: "How many seconds to wait for a connection, where timeout does not suit.",
    displayDefault: "the value of timeout",
    example: 10,
  },
  read_timeout: {
    type: "number",
    text: "How many seconds to wait for each part of a response, where timeout does not suit.",
    displayDefault: "the value of timeout",
    example: 10,
  },
  request_size: {
    type: "number",
    text: "How many KiB of a response are read at a time.",
  },
  log_requests: {
    type: "boolean",
    text: "Whether to log the method and the address of every request, at the level debug.",
  },
  persist_connections: {
    type: "boolean",
    text: "Whether to keep cookies and connections for the next requests.",
  },
  allow_redirects: {
    type: "boolean",
    text: "Whether to follow redirects. Credentials are not sent to another server.",
  },
  max_response_bytes: {
    type: "integer",
    text: "The most bytes of one response that are read, counted after decompression. It is at least 1024. A longer " +
      "response is an error.",
  },
} as const satisfies Readonly<Record<string, OptionDescription>>;
