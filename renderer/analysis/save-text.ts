/** Lets the person save a text as a file, as a browser saves a download. */
export function saveText(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has taken the content when the click returns.
  URL.revokeObjectURL(address);
}
