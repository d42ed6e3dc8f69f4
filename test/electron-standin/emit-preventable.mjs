/** Emits an event that a listener can prevent. @returns whether one did */
export function emitPreventable(emitter, name, details = {}, ...values) {
  let prevented = false;
  const event = {
    ...details,
    preventDefault: () => {
      prevented = true;
    },
  };
  emitter.emit(name, event, ...values);
  return prevented;
}
