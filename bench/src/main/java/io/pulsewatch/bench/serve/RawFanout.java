package io.pulsewatch.bench.serve;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What it takes gRPC itself to tell many the same: a call {@code Tell} brings the bytes, and its
 * event loop hands them to every open call of {@code Watch}, so many times as the first four bytes
 * say. Nothing is decided, kept, encoded or awaited. Thread-safe: one teller at a time.
 */
final class RawFanout {
  private static final String SERVICE = "bench.Fanout";
  private static final MethodDescriptor.Marshaller<byte[]> BYTES = new Bytes();

  private final List<StreamObserver<byte[]>> watchers = new CopyOnWriteArrayList<>();

  ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(
            method("Watch", MethodDescriptor.MethodType.SERVER_STREAMING),
            ServerCalls.asyncServerStreamingCall(this::watch))
        .addMethod(
            method("Tell", MethodDescriptor.MethodType.UNARY),
            ServerCalls.asyncUnaryCall(this::tell))
        .build();
  }

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder(BYTES, BYTES)
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .build();
  }

  private void watch(byte[] request, StreamObserver<byte[]> answers) {
    ServerCallStreamObserver<byte[]> call = (ServerCallStreamObserver<byte[]>) answers;
    call.setOnCancelHandler(() -> watchers.remove(answers));
    watchers.add(answers);
    answers.onNext(request); // the call stands
  }

  private synchronized void tell(byte[] request, StreamObserver<byte[]> answers) {
    ByteBuffer in = ByteBuffer.wrap(request);
    int times = in.getInt();
    byte[] message = new byte[in.remaining()];
    in.get(message);
    for (int i = 0; i < times; i++) {
      for (StreamObserver<byte[]> watcher : watchers) {
        watcher.onNext(message);
      }
    }
    answers.onNext(new byte[0]);
    answers.onCompleted();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
