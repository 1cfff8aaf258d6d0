/** A request carries one credential: authorizing with one removes the other. */
const oneCredential = () => ({
  statePlugins: {
    auth: { wrapActions: { authorizeWithPersistOption } },
  },
});

function authorizeWithPersistOption(
  /** @type {(chosen: object) => unknown} */ authorize,
  /** @type {SwaggerSystem} */ { authActions, authSelectors },
) {
  return (/** @type {object} */ chosen) => {
    const held = authSelectors.authorized().keySeq().toArray();
    const others = held.filter((name) => !(name in chosen));
    if (others.length > 0) authActions.logoutWithPersistOption(others);
    return authorize(chosen);
  };
}

SwaggerUIBundle({
  url: 'openapi.json',
  domNode: document.getElementById('swagger-ui'),
  plugins: [oneCredential],
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // The validator is on another host, which the page must not contact.
  validatorUrl: null,
});
