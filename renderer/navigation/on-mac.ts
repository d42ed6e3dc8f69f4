/** Whether the keyboard before the window is a Mac's. */
export const onMac = /mac/i.test(navigator.platform);
