"""TensorBoard's side: from its data provider to the answers that the page draws."""
