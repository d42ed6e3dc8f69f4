// React made for development notes each render for the browser's profiler, with what has changed in a component's values, in depth: seconds
// for a table of 100,000 items, which nobody looks at here. It does so only where it finds this function when it is loaded.
Reflect.deleteProperty(console, 'timeStamp');
