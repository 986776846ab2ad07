import { html, type TemplateResult } from "lit/html.js";

const CALLBACK = `from tb_deadrelu_plugin.keras import DeadReLU
model.fit(x, y, callbacks=[DeadReLU("logs/run1")])`;

const OP = `from tb_deadrelu_plugin import summary
tf.summary.create_file_writer("logs/run1").set_as_default()
summary.dead_relu("dense_1", activations, gradients, step=step)`;

/** What to do where there is nothing to show. */
export function emptyState(): TemplateResult {
  return html`<main class="empty">
    <h1>No Dead ReLU records in this log directory</h1>
    <p>Add the callback to a Keras training script, two lines:</p>
    <pre tabindex="0"><code>${CALLBACK}</code></pre>
    <p>Without a Keras model, write what one batch gave, in TensorFlow 2:</p>
    <pre tabindex="0"><code>${OP}</code></pre>
    <p>
      Train, and point TensorBoard at the directory: <code>tensorboard --logdir logs</code>. The tab fills with the
      first record; reload with the button at the top right.
    </p>
    <p class="muted">
      Custom loops: <code>tb_deadrelu_plugin.tensorflow.Monitor</code>. Anything else:
      <code>tb_deadrelu_plugin.summary.dead_relu_pb</code>, which needs NumPy only.
    </p>
  </main>`;
}

export function failedState(what: string, retry: () => void): TemplateResult {
  return html`<main class="empty">
    <h1>The list of layers couldn't be fetched</h1>
    <p class="error" role="alert">${what}</p>
    <p><button @click=${retry}>Try again</button></p>
  </main>`;
}
