import type { Signature } from './signature.ts';

/** Programs that cannot run as they are installed or called, and limits of the system. */
export const PROGRAM_SIGNATURES: readonly Signature[] = [
  {
    reason: 'missing-module',
    hint: true,
    pattern:
      /ModuleNotFoundError: No module named|ImportError: (cannot import name|No module named)|PackageNotFoundError|ERR_MODULE_NOT_FOUND|Cannot find (module|package) '|there is no package called|requires the following packages that were not found|is required but not installed/,
    examples: [
      "ModuleNotFoundError: No module named 'torch'",
      "ImportError: cannot import name 'EsmModel' from 'transformers' (unknown location)",
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'left-pad' imported from /srv/embed.mjs",
      'Error in library(Biostrings) : there is no package called ‘Biostrings’',
    ],
  },
  {
    reason: 'missing-library',
    hint: true,
    pattern:
      /cannot open shared object file|undefined symbol: |version `[A-Z]+_[\d.]+' not found|Library not loaded: |Failed to load dynlib|symbol lookup error/,
    examples: [
      'ImportError: libcudnn.so.9: cannot open shared object file: No such file or directory',
      'ImportError: /srv/env/lib/flash_attn_2_cuda.so: undefined symbol: _ZN3c104cuda9SetDeviceEi',
      "ImportError: /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found",
    ],
  },
  {
    reason: 'syntax-error',
    pattern:
      /^\s*(SyntaxError|IndentationError|TabError): |: (Syntax error|syntax error near|unexpected end of file)\b/,
    examples: [
      'SyntaxError: invalid syntax. Perhaps you forgot a comma?',
      'IndentationError: unexpected indent',
      "embed.sh: line 12: syntax error near unexpected token `done'",
      'embed.sh: 12: Syntax error: "done" unexpected',
    ],
  },
  {
    reason: 'wrong-arguments',
    pattern:
      /: error: (unrecognized arguments|the following arguments are required|argument \S+.*: (invalid|expected|not allowed)|ambiguous option)|: (unrecognized|unknown|invalid) option|: option requires an argument|Error: No such option|Error: (Missing|Got unexpected extra) (argument|option|parameter)|No such option: /i,
    examples: [
      'embed.py: error: unrecognized arguments: --batchsize 8',
      'embed.py: error: the following arguments are required: --model',
      "embed.py: error: argument --batch: invalid int value: 'many'",
      "tr: unrecognized option '--fast'",
      'Error: No such option: --fast',
    ],
  },
  {
    reason: 'wrong-arguments',
    pattern:
      /This model takes at most \d+ residues per pass|The model in .* is of the type .*Name another model|: the output has to end in \.|No model was named\. Give the parameter/,
    examples: [
      'This model takes at most 1022 residues per pass, 4000 were asked for. Lower max_residues.',
      `The model in /models/bert is of the type 'bert', not ESM-2 ("esm"). Name another model.`,
      '/out/a.txt: the output has to end in .safetensors or .npz. Correct "outputs" in the pipeline.',
      'No model was named. Give the parameter model_folder (a local folder) or model (a name on the Hugging Face hub).',
    ],
    advice: 'Every worker would end in the same way: correct the parameter that the message names.',
  },
  {
    reason: 'command-not-found',
    hint: true,
    pattern:
      /: (command )?not found$|^(\S*\/)?(env|stdbuf|timeout|nice): .*: No such file or directory$|bad interpreter: No such file/,
    examples: [
      'sh: 1: mmseqs: not found',
      'bash: line 1: mmseqs: command not found',
      "env: 'python4': No such file or directory",
      '/srv/embed.sh: /opt/python/bin/python: bad interpreter: No such file or directory',
    ],
  },
  {
    reason: 'port-in-use',
    pattern: /EADDRINUSE|Address already in use|address already in use/,
    examples: [
      'torch.distributed.DistNetworkError: The server socket has failed to listen on any local network address. port: 29500, EADDRINUSE: address already in use',
      'OSError: [Errno 98] Address already in use',
    ],
  },
  {
    reason: 'limit-reached',
    pattern:
      /Too many open files|EMFILE|can't start new thread|fork: (retry: )?Resource temporarily unavailable|BlockingIOError: \[Errno 11\] Resource temporarily unavailable|pthread_create failed|Argument list too long|unable to create new native thread|CPU time limit exceeded|File size limit exceeded/i,
    examples: [
      'OSError: [Errno 24] Too many open files',
      "RuntimeError: can't start new thread",
      'OpenBLAS blas_thread_init: pthread_create failed for thread 63 of 64: Resource temporarily unavailable',
      'sh: fork: retry: Resource temporarily unavailable',
    ],
  },
  {
    reason: 'disk-full',
    pattern:
      /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT|not enough disk space|There is not enough space on the disk/i,
    examples: [
      'OSError: [Errno 28] No space left on device',
      "cp: error writing '/out/a.npy': Disk quota exceeded",
      'Error: ENOSPC: no space left on device, write',
    ],
  },
  {
    reason: 'permission-denied',
    pattern: /Read-only file system|EROFS/,
    examples: ["OSError: [Errno 30] Read-only file system: '/out/a.npy'"],
    advice: 'The program writes to a disk that allows no writing; choose another output folder or working directory.',
  },
  {
    reason: 'permission-denied',
    hint: true,
    pattern: /PermissionError: |Permission denied|EACCES|Operation not permitted/,
    examples: [
      "PermissionError: [Errno 13] Permission denied: '/out/a.npy'",
      'sh: 1: /srv/embed: Permission denied',
      "Error: EACCES: permission denied, open '/out/a.npy'",
    ],
  },
];
