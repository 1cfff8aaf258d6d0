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

/**
 * A parameter of a form without an example begins empty, which counts as omitted. The page would send `string` for it, also as a
 * second credential. Only for forms, it asks for a sample of no content type.
 */
const emptyParameters = (/** @type {SwaggerSystem} */ { getSystem }) => {
  const { getSampleSchema } = getSystem().fn;
  return {
    fn: {
      getSampleSchema: (
        /** @type {SwaggerSchema | { toJS(): SwaggerSchema }} */ schema,
        /** @type {string | false} */ contentType,
        /** @type {unknown[]} */ ...more
      ) => {
        const { type, example, enum: words } = 'toJS' in schema ? schema.toJS() : schema;
        const isEmpty = contentType === false && type === 'string' && example === undefined && words === undefined;
        return isEmpty ? '' : getSampleSchema(schema, contentType, ...more);
      },
    },
  };
};

SwaggerUIBundle({
  url: 'openapi.json',
  domNode: document.getElementById('swagger-ui'),
  plugins: [oneCredential, emptyParameters],
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // The validator is on another host, which the page must not contact.
  validatorUrl: null,
});
