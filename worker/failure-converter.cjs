/** Failures with message and stack inside a payload, so that the codec encrypts them. CommonJS, since the engine loads it by its path. */
const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
