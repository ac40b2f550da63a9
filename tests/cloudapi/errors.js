// Answers of refusal that restify has no class for. restify sends `statusCode` and `body` of whatever error it gets.
export class ApiError extends Error {
  constructor(statusCode, body) {
    super(body.message ?? `status ${statusCode}`);
    this.statusCode = statusCode;
    this.body = body;
  }
}

export const validationFailed = (message, errors) => new ApiError(422, { code: 'ValidationFailed', message, errors });

export const notImageOwner = (account, id) =>
  new ApiError(422, { code: 'NotImageOwner', message: `account ${account} is not the owner of image ${id}` });

export const imageNotShared = (account, id) =>
  new ApiError(422, { code: 'ImageNotShared', message: `Image ${id} is not shared with account ${account}` });

export const imageNotFound = () => new ApiError(404, { code: 'ResourceNotFound', message: 'image not found' });

export const invalidState = (state) =>
  new ApiError(422, {
    code: 'InvalidParameter',
    message: `invalid state: "${state}"`,
    errors: [{ field: 'state', code: 'Invalid' }],
  });

// What the image service answers when it stumbles: nothing to read (protocols/triton.md 1.5, 1.6).
export class Stumble extends ApiError {
  constructor() {
    super(500, {});
  }
}

// The same answer, but the real process is gone afterwards. Tests count these: a client must never cause one.
export class Crash extends Stumble {}
