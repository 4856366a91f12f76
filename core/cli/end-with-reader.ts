/** Ends the command when nobody reads its output any more (`… | head -1`): quietly, as other tools do. */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exitCode = 1;
      process.exit();
    });
  }
}
