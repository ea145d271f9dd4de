"""adapters: object stores behind `warehouse.ports.ObjectStore`."""
