import type { Signature } from './signature.ts';

/** Models, networks and inputs. */
export const DATA_SIGNATURES: readonly Signature[] = [
  {
    reason: 'access-refused',
    pattern:
      /GatedRepoError|Cannot access gated repo|You are trying to access a gated repo|401 Client Error|403 Client Error|Invalid username or password|must be authenticated to access|Access to model .* is restricted/i,
    examples: [
      'huggingface_hub.errors.GatedRepoError: 403 Client Error. Cannot access gated repo for url https://host.example/model',
      'OSError: You are trying to access a gated repo. Make sure to have access to it.',
      'requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://host.example/model/config.json',
    ],
  },
  {
    reason: 'code-not-trusted',
    pattern:
      /trust_remote_code is false, and the model|contains custom code which must be executed|requires you to execute (the .* file in that repo|custom code)|(pass the argument|set the option) `?trust_remote_code=True/i,
    examples: [
      'trust_remote_code is false, and the model in /models/DNABERT-S brings Python code of its own.',
      'ValueError: The repository /models/DNABERT-S contains custom code which must be executed to correctly load the model.',
      'ValueError: Loading DNABERT-2 requires you to execute the configuration file in that repo on your local machine.',
      'ValueError: Loading this model requires you to execute custom code contained in the model repository on your local machine.',
      'Please pass the argument `trust_remote_code=True` to allow custom code to be run.',
    ],
  },
  {
    reason: 'network-needed',
    hint: true,
    pattern:
      /We couldn't connect to 'http|could not be fetched from the Hugging Face hub|LocalEntryNotFoundError|OfflineModeIsEnabled|offline mode is enabled|Temporary failure in name resolution|Name or service not known|Could not resolve host|Network is unreachable|getaddrinfo (EAI_AGAIN|ENOTFOUND)|Max retries exceeded with url|Connection (timed out|refused).*(http|host)|urlopen error|ConnectTimeout|ReadTimeoutError|Failed to establish a new connection/i,
    examples: [
      "OSError: We couldn't connect to 'https://host.example' to load this file, couldn't find it in the cached files",
      'The model facebook/esm2_t6_8M_UR50D could not be fetched from the Hugging Face hub (OSError: no host). Without a network, copy its folder here.',
      'huggingface_hub.errors.LocalEntryNotFoundError: An error happened while trying to locate the file on the Hub and we cannot find the requested files in the local cache.',
      'socket.gaierror: [Errno -3] Temporary failure in name resolution',
      'urllib.error.URLError: <urlopen error [Errno 101] Network is unreachable>',
      'Error: getaddrinfo ENOTFOUND host.example',
    ],
  },
  {
    reason: 'model-incomplete',
    pattern:
      /SafetensorError|Error while deserializing header|PytorchStreamReader failed|failed finding central directory|Error\(s\) in loading state_dict|size mismatch for \S+: copying a param|checkpoint .*(corrupt|incomplete)|invalid load key, |tensor '.*' data is not within the file bounds|pickle data was truncated|Protobuf parsing failed|Download the model again, wholly\.|is a pointer of Git LFS|unexpected end of (model|checkpoint)/i,
    examples: [
      'safetensors_rust.SafetensorError: Error while deserializing header: MetadataIncompleteBuffer',
      'RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory',
      'RuntimeError: Error(s) in loading state_dict for EsmModel:',
      "_pickle.UnpicklingError: invalid load key, 'v'.",
      'The model folder /models/esm2 has no weights (model.safetensors or pytorch_model.bin). Download the model again, wholly.',
      '/models/esm2/model.safetensors is cut off: its last 1024 bytes are missing. Download the model again, wholly.',
      '/models/esm2/model.safetensors is a pointer of Git LFS, not the weights. Run "git lfs pull" in that folder.',
      "llama_model_load: error loading model: tensor 'blk.27.ffn_up.weight' data is not within the file bounds, model is corrupted or incomplete",
    ],
    advice:
      'Fetch the model’s files again (a Git LFS pointer or a cut-off download is only a part of them), and see that they belong together.',
  },
  {
    reason: 'model-missing',
    hint: true,
    pattern:
      /Error no file named (pytorch_model|model|tf_model|diffusion_pytorch_model)|is not a local folder and is not a valid model identifier|RepositoryNotFoundError|RevisionNotFoundError|EntryNotFoundError|Can't load (tokenizer|config|the configuration|the model|feature extractor|image processor) (for|of) '|(failed to|unable to|cannot|could not) (load|open|find) (the )?(model|checkpoint|weights)|model file .*(not found|does not exist)|does not appear to have a file named|The model folder .* is not there|HFValidationError/i,
    examples: [
      'OSError: Error no file named pytorch_model.bin, model.safetensors, tf_model.h5 found in directory /models/esm2.',
      "OSError: esm-2-large is not a local folder and is not a valid model identifier listed on 'https://host.example/models'",
      "OSError: Can't load tokenizer for 'bert-base'. Make sure the name is right.",
      'OSError: /models/esm2 does not appear to have a file named config.json.',
      'error: failed to load model /models/whisper.bin',
      'The model folder /models/esm3 is not there. Give an existing folder as the parameter model_folder.',
    ],
  },
  {
    reason: 'invalid-input',
    pattern:
      /UnicodeDecodeError|JSONDecodeError|BadGzipFile|Not a gzipped file|gzip: .*(not in gzip format|unexpected end of file|crc error|invalid compressed data)|zlib\.error|EOFError: Compressed file ended|BadZipFile|UnidentifiedImageError|Invalid data found when processing input|truncated (file|input|image)|image file is truncated|ParserError: |malformed (input|record|line|FASTA|FASTQ)|invalid (FASTA|FASTQ|header|character)|No records found|Unexpected token .* in JSON|in JSON at position/i,
    examples: [
      "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
      'json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)',
      "gzip.BadGzipFile: Not a gzipped file (b'>s')",
      'gzip: a.fa.gz: unexpected end of file',
      "PIL.UnidentifiedImageError: cannot identify image file '/in/a.png'",
      '/in/a.mp3: Invalid data found when processing input',
      'SyntaxError: Unexpected token < in JSON at position 0',
    ],
  },
  {
    reason: 'invalid-input',
    hint: true,
    pattern:
      /IndexError: index out of range in self|Token indices sequence length is longer than|exceeds (the )?(maximum|context|model).*(length|window)|is longer than the maximum (model )?length|maximum context length/i,
    examples: [
      'IndexError: index out of range in self',
      'ValueError: The decoder prompt (length 140000) is longer than the maximum model length of 131072.',
      'ValueError: sequence of 9000 exceeds the maximum length of 1024',
    ],
    advice:
      'The item is longer than the model takes, or has words that it does not know: split it, or let the program cut it off.',
  },
  {
    reason: 'file-missing',
    hint: true,
    pattern: /FileNotFoundError: |ENOENT: no such file or directory|: No such file or directory/,
    examples: [
      "FileNotFoundError: [Errno 2] No such file or directory: '/data/vocab.txt'",
      "Error: ENOENT: no such file or directory, open '/data/vocab.txt'",
      'cat: /data/vocab.txt: No such file or directory',
    ],
  },
];
