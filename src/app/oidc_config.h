/* The providers of logins, read from the file that --oidc names:
 *
 *   [stadt]                                     part of the pages' addresses: a-z, 0-9, -
 *   issuer = https://login.example.org/realms/stadt
 *   client-id = hanse
 *   client-secret-file = /etc/hanse/stadt.secret     left out: a public client
 *   label-de = Stadtkonto                       what it is called, in each language
 *   label-en = City account
 *   scopes = openid email profile               this, unless given
 *   ca = /etc/hanse/ca.pem                      left out: the system's
 *
 * doc/operations.md says what the provider has to be told. */
#ifndef HANSE_APP_OIDC_CONFIG_H
#define HANSE_APP_OIDC_CONFIG_H

#include "app/config.h"
#include "core/oidc.h"

/* base: what addresses of this site begin with (mailer_base). *ret lives in cx->arena; it is empty
 * without a file. INVALID "config.oidc" with file, line and what is wrong. */
MUST Err oidc_config_read(Cx *cx, const Config *config, Str base, OidcProviders **ret);

#endif
