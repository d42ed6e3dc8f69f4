/** How the validator log says that a worker was found where it should be: who observes a run reads it there. */
export const ON_DEVICE = 'the worker is on its device';

/** The beginning of what it says when a worker was not. */
export const NOT_ON_DEVICE = 'the worker is not on the device it was given';

/** What a person does about it. */
export const MASK_ADVICE = 'see that the program respects CUDA_VISIBLE_DEVICES';
