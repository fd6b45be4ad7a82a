// A real provider for the tests: oidc-provider, listening on loopback.
// Configuration comes as JSON in the first argument; POST /control says what it does wrong next.
import { Provider } from "oidc-provider";

const settings = JSON.parse(process.argv[2]);
const real = Date.now.bind(Date);
const RealDate = Date;
// A provider whose clock is behind gives tokens that have expired.
globalThis.Date = class extends RealDate {
  constructor(...given) { given.length ? super(...given) : super(real() + settings.shift * 1000); }
  static now() { return real() + settings.shift * 1000; }
};

let swap = null;
const tokens = [];
const provider = new Provider(settings.issuer, {
  clients: settings.clients,
  cookies: { keys: ["loopback"] },
  conformIdTokenClaims: settings.conform,
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "roles", "org"] },
  features: { rpInitiatedLogout: { enabled: true } },
  ttl: { IdToken: 300, AccessToken: 300, Session: 3600, Interaction: 600, Grant: 3600 },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, ...settings.accounts[id] }),
  }),
});
provider.use(async (context, next) => {
  if (context.path === "/control") {
    const parts = [];
    for await (const part of context.req) parts.push(part);
    swap = JSON.parse(Buffer.concat(parts).toString()).swap;
    context.body = { tokens };
    return;
  }
  await next();
  if (context.path === "/token" && context.body && context.body.id_token) {
    tokens.push(context.body.id_token);
    if (swap) context.body.id_token = swap;
  }
});
provider.listen(settings.port, "127.0.0.1", () => console.log("listening"));
